// Changes a drawing at random by what the editor offers, then takes everything back. Needs `editor` in the page.
// `states`: the file before, after all edits, and after all was taken back.

;async ({ xml, seed, edits, roles }) => {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const oneOf = (list) => list[Math.floor(random() * list.length)]
  const sheet = await editor.openSheet(document.querySelector('#sheet'), xml)
  try {
    const [commands, modeling, stack, registry] = ['commands', 'modeling', 'commandStack', 'elementRegistry'].map(
      (name) => sheet.get(name),
    )
    const steps = () => registry.filter((one) => editor.isStep(one) && one.parent)
    const flows = () => registry.filter(({ type, parent }) => type === 'bpmn:SequenceFlow' && parent)
    let refused = 0
    sheet.on('drawing.refused', () => refused++)
    const kinds = {
      add: () =>
        commands.add(
          oneOf(steps()),
          oneOf(editor.KINDS.filter(({ follows, attaches }) => follows || attaches)),
          `Step ${Math.floor(random() * 50)}`,
        ),
      rename: () => commands.rename(oneOf(steps()), `Name ${Math.floor(random() * 1000)}`),
      remove: () => commands.remove([oneOf(registry.filter(({ parent, labelTarget }) => parent && !labelTarget))]),
      connect: () => commands.connect(oneOf(steps()), oneOf(steps())),
      exchange: () => {
        const step = oneOf(steps())
        const kind = oneOf(editor.exchangesFor(step))
        if (kind) commands.exchange(step, kind)
      },
      giveTo: () => commands.giveTo(oneOf(steps().filter(({ host }) => !host)), oneOf(roles)),
      tell: () => {
        const event = oneOf(
          steps().filter((step) => editor.kindOf(step)?.definition && editor.kindOf(step).name !== 'terminate'),
        )
        if (event) commands.tell(event, oneOf(['one_thing', 'another_thing', 'child_died']))
      },
      property: () =>
        commands.setProperty(oneOf(steps()), oneOf(['also', 'effect', 'not_by']), oneOf(['', 'one', 'two'])),
      forEach: () => {
        const task = oneOf(steps().filter(editor.isTask))
        if (task) commands.forEach(task, oneOf(['', 'start.agencies']))
      },
      condition: () => flows().length && commands.setCondition(oneOf(flows()), oneOf(['', 'start.one == "yes"'])),
      makeDefault: () => flows().length && commands.makeDefault(oneOf(flows())),
      move: () => {
        const step = oneOf(steps().filter(({ host }) => !host))
        modeling.moveElements(
          [step],
          { x: Math.floor(random() * 200) - 100, y: Math.floor(random() * 200) - 100 },
          step.parent,
        )
      },
      label: () => {
        const label = oneOf(registry.filter(({ labelTarget, parent }) => labelTarget && parent))
        if (label) modeling.moveElements([label], { x: 10, y: 5 }, label.parent)
      },
      drop: () => {
        const flow = oneOf(flows())
        const kind = oneOf(editor.KINDS.filter(({ follows, ends }) => follows && !ends))
        const [{ x, y }] = flow?.waypoints ?? [{}]
        if (flow)
          modeling.createShape(sheet.get('elementFactory').createShape(editor.madeOf(kind)), { x: x + 20, y }, flow)
      },
      edge: () => {
        const event = oneOf(steps().filter(({ host }) => host))
        const by = { x: Math.floor(random() * 60) - 30, y: Math.floor(random() * 60) - 30 }
        const attach = random() < 0.5
        if (event) modeling.moveElements([event], by, attach ? event.host : event.parent, { attach })
      },
      role: () => commands.addRole(oneOf(roles)),
      changeId: () => commands.changeId(oneOf(steps()), `other_${Math.floor(random() * 20)}`),
      bend: () => flows().length && modeling.layoutConnection(oneOf(flows())),
      undo: () => stack.canUndo() && stack.undo(),
      redo: () => stack.canRedo() && stack.redo(),
    }
    const before = await editor.written(sheet)
    const done = []
    for (let number = 0; number < edits; number++) {
      if (steps().length < 3) break
      const kind = oneOf(Object.keys(kinds))
      try {
        kinds[kind]()
      } catch (fault) {
        throw new Error(`${kind} after ${done.slice(-5)}: ${fault.stack}`)
      }
      done.push(kind)
    }
    const after = await editor.written(sheet)
    while (stack.canUndo()) stack.undo()
    return { kinds: done, refused, states: [before, after, await editor.written(sheet)] }
  } finally {
    sheet.destroy()
  }
}

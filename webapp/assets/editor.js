// The page on which a drawing of a draft is changed. Without this script the same page lists the steps and offers the
// file to be taken and brought back.

import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'

import { Checks } from './drawing/checks.js'
import { beginForm } from './drawing/forms.js'
import { StepList } from './drawing/list.js'
import { Notices } from './drawing/notices.js'
import { watchOthers } from './drawing/others.js'
import { Panel } from './drawing/panel.js'
import { CONFLICT, FAILED, SAVED, Saving } from './drawing/saving.js'
import { NotReadWhole, openSheet, written } from './drawing/sheet.js'
import { fitOnPaper } from './paper.js'

export { KINDS, exchangesFor, isStep, isTask, kindOf, madeOf } from './drawing/kinds.js'
export { readCondition, writeCondition } from './drawing/conditions.js'
export { PROPERTIES } from './drawing/properties.js'
export { NotReadWhole, openSheet, written }

const [SMALLEST, LARGEST, MARGIN] = [0.6, 1, 16]
const page = document.querySelector('[data-drawing]')
if (page) begin()

async function begin() {
  const part = (name) => page.querySelector(`[data-${name}]`)
  const notices = new Notices(page)
  const [file, choices] = await Promise.all([fetch(page.dataset.drawing), fetch(page.dataset.offered)])
  if (!file.ok || !choices.ok) {
    notices.say('This drawing could not be fetched. Load the page again.')
    return
  }
  const [text, offered] = [await file.text(), await choices.json()]
  part('editor').hidden = false
  const opened = await open(part('canvas'), text, offered, notices)
  if (!opened) {
    part('editor').hidden = true
    return
  }
  /** What a table of the saved drawing decides can be asked for by its ways from now on. */
  const offerAnew = async () => {
    const answer = await fetch(page.dataset.offered).catch(() => undefined)
    if (answer?.ok && !answer.redirected) panel.offered = await answer.json()
  }
  const begin = async (task) => {
    notices.tell('Its form is being begun …')
    await saving.save() // what is begun is the form of a task that is in the draft
    const refused = await beginForm(page.dataset, offered.process, task.businessObject.id)
    if (refused) notices.say(refused)
    else await offerAnew()
    notices.tell(refused ? '' : 'The form is begun. It asks nothing yet: give it questions by the link after “Asks”.')
    panel.draw()
    checks.soon()
  }
  const leave = async (address) => {
    await saving.save() // what is renamed is a step as the draft has it
    if (saving.state === SAVED) location.assign(address)
  }
  const panel = new Panel(part('panel'), opened, offered, { begin, leave, rename: page.dataset.rename })
  new StepList(part('steps'), opened, panel)
  const choose = (element) => {
    panel.chosen(element, '')
    panel.focus()
  }
  const checks = new Checks({
    address: page.dataset.checks,
    file: page.dataset.file,
    sheet: opened,
    place: part('problems'),
    count: part('problem-count'),
    choose,
  })
  const saving = keep(opened, { text, version: versionOf(file), notices, checks, part, offerAnew })
  notices.listen(opened)
  checks.ask()
  watchOthers(page, part('others'))
  page.dataset.ready = ''
}

async function open(container, text, { types }, notices) {
  try {
    const sheet = await openSheet(container, text, { types })
    frame(sheet.get('canvas'), container)
    fitOnPaper(sheet.get('canvas'), container)
    return sheet
  } catch (fault) {
    if (!(fault instanceof NotReadWhole)) throw fault
    notices.say(
      'This file says more than the editor reads. It is not opened, so that nothing of it is lost; nothing was saved.',
      fault.message,
    )
    return undefined
  }
}

/** As large as it fits, but never too small to read; what begins it stands beside the palette. */
function frame(canvas, container) {
  const { inner, outer } = canvas.viewbox()
  const beside = (container.querySelector('.djs-palette')?.offsetWidth ?? 0) + MARGIN
  const fits = Math.min((outer.width - beside - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height)
  const scale = Math.min(LARGEST, Math.max(SMALLEST, fits))
  const [x, y] = [inner.x - (beside + MARGIN) / scale, inner.y - MARGIN / scale]
  canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale })
}

function keep(sheet, { text, version, notices, checks, part, offerAnew }) {
  const stack = sheet.get('commandStack')
  const saving = new Saving({
    address: page.dataset.drawing,
    version,
    token: page.dataset.token,
    text,
    write: () => written(sheet),
    tell: (state, more) => {
      notices.saved(state, more)
      if (state === SAVED && more.sent) {
        notices.unsay()
        checks.soon()
        offerAnew()
      }
      if (state === CONFLICT) notices.conflict(more, text)
      if (state === FAILED) notices.failed(more)
    },
  })
  const buttons = { undo: () => stack.canUndo() && stack.undo(), redo: () => stack.canRedo() && stack.redo() }
  for (const [name, act] of Object.entries(buttons)) part(name).addEventListener('click', act)
  part('save').addEventListener('click', () => saving.save())
  sheet.on('commandStack.changed', () => {
    part('undo').setAttribute('aria-disabled', String(!stack.canUndo()))
    part('redo').setAttribute('aria-disabled', String(!stack.canRedo()))
    saving.changed()
  })
  return saving
}

function versionOf(answer) {
  return (answer.headers.get('ETag') ?? '').replace(/^W\//, '').replaceAll('"', '')
}

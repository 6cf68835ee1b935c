// What nobody changed is written as it was read. bpmn-js puts what was moved, or taken back, at the end of its list,
// and writes labels as large as this browser's letters are; so one small change, or none, would be many in the file.

const FINEST = 1000 // parts of a point
const LATE = 500 // after bpmn-js has put the picture in its order
const LISTS = ['rootElements', 'flowElements', 'artifacts', 'laneSets', 'lanes', 'flowNodeRef', 'incoming', 'outgoing']

export class AsRead {
  constructor(eventBus, elementRegistry, canvas) {
    Object.assign(this, { elementRegistry, canvas })
    eventBus.on('import.done', ({ error }) => {
      if (!error) this.remember()
    })
    eventBus.on('saveXML.start', LATE, () => this.restore())
  }

  remember() {
    this.lists = []
    this.visit(this.definitions())
    const all = this.elementRegistry.getAll()
    this.nameless = new Set(all.map(({ businessObject }) => businessObject).filter(({ name }) => name === ''))
    this.withLabel = new Set(all.map(({ di }) => di).filter((di) => di?.label))
    this.labels = new Map(
      this.labelled().map((label) => [label, { shape: boundsOf(label), read: { ...numbers(label) } }]),
    )
  }

  restore() {
    for (const { owner, name, places } of this.lists) {
      const list = owner.get(name)
      const placed = new Map(list.map((one, at) => [one, places.get(one) ?? places.size + at]))
      list.sort((one, other) => placed.get(one) - placed.get(other))
    }
    for (const label of this.labelled()) this.restoreLabel(label)
    for (const { businessObject: one, di, label } of this.elementRegistry.getAll()) {
      if (one.name === '' && !this.nameless.has(one)) one.set('name', undefined)
      if (di?.label && !label && !this.withLabel.has(di)) di.label = undefined // what is left of one that was undone
    }
  }

  /** By as much as it was moved from where it was read; with its size, unless that changed. */
  restoreLabel(label) {
    const before = this.labels.get(label)
    if (!before) return
    const { shape, read } = before
    const bounds = label.di.label.bounds
    if (label.width !== shape.width || label.height !== shape.height) return
    Object.assign(bounds, { width: read.width, height: read.height })
    Object.assign(bounds, { x: moved(read.x, label.x - shape.x), y: moved(read.y, label.y - shape.y) })
  }

  visit(owner) {
    for (const name of LISTS) {
      const list = listOf(owner, name)
      if (!list.length) continue
      this.lists.push({ owner, name, places: new Map(list.map((one, at) => [one, at])) })
      if (!['flowNodeRef', 'incoming', 'outgoing'].includes(name)) for (const one of list) this.visit(one)
    }
    for (const { plane } of owner.diagrams ?? []) {
      this.lists.push({
        owner: plane,
        name: 'planeElement',
        places: new Map(plane.planeElement.map((one, at) => [one, at])),
      })
    }
  }

  definitions() {
    return this.canvas.getRootElement().businessObject.$parent
  }

  labelled() {
    return this.elementRegistry.filter((one) => one.labelTarget && one.parent && one.di.label?.bounds)
  }
}
AsRead.$inject = ['eventBus', 'elementRegistry', 'canvas']

function listOf(owner, name) {
  return owner.$descriptor.propertiesByName[name]?.isMany ? owner.get(name) : []
}

/** As it was read, where it was not moved; else without what adding leaves behind the point: 944.0000000000001. */
function moved(read, by) {
  return by ? Math.round((read + by) * FINEST) / FINEST : read
}

function boundsOf({ x, y, width, height }) {
  return { x, y, width, height }
}

function numbers(label) {
  return boundsOf(label.di.label.bounds)
}

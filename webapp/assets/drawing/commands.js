// What can be done to a drawing. The canvas, the list of steps and the panel all do it by these; each is one step of
// undo.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { refer, whyNotDeclared } from './declared.js'
import { definitionOf, isStep, madeOf } from './kinds.js'
import { wordsOf } from './names.js'
import { whyNotAdded, whyNotExchanged, whyNotRemoved } from './refusals.js'

const ATTACHED = 36 // from one event on the edge of a task to the next

export class Commands {
  constructor(injector, eventBus, commandStack, modeling, elementFactory, bpmnFactory, room, roles) {
    Object.assign(this, { injector, eventBus, commandStack, modeling, elementFactory, bpmnFactory, room, roles })
    commandStack.registerHandler('drawing.together', Together)
  }

  /** @returns what `act` returns; all that it does is one step of undo */
  together(act) {
    let done
    this.commandStack.execute('drawing.together', { act: () => (done = act()) })
    return done
  }

  /** Says the sentence, if there is one. */
  refuse(sentence) {
    if (sentence) this.eventBus.fire('drawing.refused', { sentence })
    return Boolean(sentence)
  }

  /** @returns the new step, or undefined if it is refused */
  add(source, kind, name = '') {
    if (this.refuse(whyNotAdded(source, kind))) return undefined
    return this.together(() => {
      const shape = this.elementFactory.createShape(madeOf(kind))
      const made = kind.attaches ? this.attach(source, shape) : this.follow(source, shape, kind)
      this.room.clear(made)
      if (name) this.modeling.updateLabel(made, name)
      return made
    })
  }

  attach(host, shape) {
    const taken = host.attachers.filter((one) => one.y + one.height / 2 >= host.y + host.height - 1).length
    const x = Math.min(host.x + shape.width / 2 + 8 + taken * ATTACHED, host.x + host.width)
    return this.modeling.createShape(shape, { x, y: host.y + host.height }, host, { attach: true })
  }

  follow(source, shape, kind) {
    const [flow, ...more] = source.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'))
    if (!flow || more.length || is(source, 'bpmn:Gateway') || kind.ends) {
      const lane = this.roles.laneOf(source)
      return this.modeling.appendShape(source, shape, this.room.behind(source, shape, lane), source.parent)
    }
    return this.modeling.createShape(shape, this.room.between(source, shape), flow)
  }

  rename(element, name) {
    this.modeling.updateLabel(element, name)
  }

  remove(elements) {
    if (this.refuse(whyNotRemoved(elements))) return false
    this.modeling.removeElements([...elements])
    return true
  }

  connect(source, target) {
    const allowed = this.injector.get('bpmnRules').canConnect(source, target)
    const twice = source.outgoing.some((flow) => flow.target === target)
    if (twice || allowed?.type !== 'bpmn:SequenceFlow') {
      this.refuse(twice ? 'This way is there already.' : 'No way can lead from the one to the other.')
      return undefined
    }
    return this.together(() => {
      const way = this.modeling.connect(source, target)
      this.room.goRound(way)
      return way
    })
  }

  exchange(element, kind) {
    if (this.refuse(whyNotExchanged(element, kind))) return undefined
    return this.injector.get('bpmnReplace').replaceElement(element, madeOf(kind))
  }

  /** The step goes to the lane of this role, which is added where there is none yet. */
  giveTo(element, role) {
    if (this.refuse(whyNotDeclared(this.injector, 'bpmn:Lane', role.id))) return
    this.roles.meant = true
    try {
      this.together(() => {
        const lane =
          this.roles.lanes().find(({ businessObject }) => businessObject.id === role.id) ?? this.addLane(role)
        const y = this.room.within(lane, element)?.y ?? this.room.below(lane)
        const delta = { x: 0, y: Math.round(y - element.y - element.height / 2) }
        this.modeling.moveElements([element], delta, element.parent)
        this.room.clear(element)
      })
      this.injector.get('canvas').scrollToElement(element)
    } finally {
      this.roles.meant = false
    }
  }

  addRole(role) {
    const there = this.roles.lanes().some(({ businessObject }) => businessObject.id === role.id)
    const why = there ? `${role.name} is in this drawing already.` : whyNotDeclared(this.injector, 'bpmn:Lane', role.id)
    if (!this.refuse(why)) this.together(() => this.addLane(role))
  }

  addLane(role) {
    const lanes = this.roles.lanes()
    const lane = this.modeling.addLane(lanes[lanes.length - 1], 'bottom')
    this.modeling.updateProperties(lane, { id: role.id, name: role.name, di: { id: `${role.id}_di` } })
    return lane
  }

  /** What an event sends or waits for: a message or signal by its id, or a clock. */
  tell(element, value) {
    const definition = definitionOf(element)
    if (is(definition, 'bpmn:TimerEventDefinition')) {
      this.modeling.updateModdleProperties(element, definition, { timeDate: this.expression(value, definition) })
      return
    }
    const type = is(definition, 'bpmn:SignalEventDefinition') ? 'bpmn:Signal' : 'bpmn:Message'
    if (this.refuse(whyNotDeclared(this.injector, type, value))) return
    this.together(() => refer(this.injector, element, type, value))
  }

  /** @param {string} value empty takes the property away */
  setProperty(element, name, value) {
    this.modeling.updateProperties(element, { extensionElements: this.withProperty(element, name, value) })
  }

  withProperty(element, name, value) {
    const { extensionElements: before } = element.businessObject
    const properties = propertiesOf(element)
    const rest = properties.filter((one) => one.name !== name)
    const at = properties.findIndex((one) => one.name === name)
    if (value)
      rest.splice(at < 0 ? rest.length : at, 0, this.bpmnFactory.create('spiffworkflow:Property', { name, value }))
    const others = (before?.get('values') ?? []).filter(({ $type }) => $type !== 'spiffworkflow:Properties')
    if (!rest.length && !others.length) return undefined
    const kept = rest.length ? [this.bpmnFactory.create('spiffworkflow:Properties', { properties: rest })] : []
    const after = this.bpmnFactory.create('bpmn:ExtensionElements', { values: [...kept, ...others] })
    after.$parent = element.businessObject
    for (const one of kept) one.$parent = after
    return after
  }

  /** One task for each agency of a list; empty makes it one task again. */
  forEach(element, list) {
    this.together(() => {
      this.setProperty(element, 'for_each', list)
      const loop = list ? this.bpmnFactory.create('bpmn:MultiInstanceLoopCharacteristics') : undefined
      if (loop) {
        loop.$parent = element.businessObject
        loop.loopCardinality = this.expression(`count(${list})`, loop)
      }
      this.modeling.updateProperties(element, { loopCharacteristics: loop })
    })
  }

  setCondition(flow, text) {
    const condition = text ? this.expression(text, flow.businessObject) : undefined
    this.modeling.updateProperties(flow, { conditionExpression: condition })
  }

  /** The way that is taken where no condition holds. */
  makeDefault(flow) {
    if (!is(flow.source, 'bpmn:ExclusiveGateway')) return
    this.together(() => {
      this.modeling.updateProperties(flow.source, { default: flow.businessObject })
      this.setCondition(flow, '')
    })
  }

  /** Only while nothing was saved under the first one: then it stays. */
  changeId(element, id) {
    const wanted = wordsOf(id)
    if (wanted && isStep(element)) this.injector.get('naming').setId(element, wanted)
  }

  expression(body, parent) {
    const made = this.bpmnFactory.create('bpmn:FormalExpression', { body })
    made.$parent = parent
    return made
  }
}
Commands.$inject = [
  ...['injector', 'eventBus', 'commandStack', 'modeling', 'elementFactory', 'bpmnFactory', 'room', 'roles'],
]

export function propertiesOf(element) {
  const values = element.businessObject.extensionElements?.get('values') ?? []
  return values.find(({ $type }) => $type === 'spiffworkflow:Properties')?.get('properties') ?? []
}

export function propertyOf(element, name) {
  return propertiesOf(element).find((one) => one.name === name)?.value ?? ''
}

class Together {
  preExecute({ act }) {
    act()
  }
}

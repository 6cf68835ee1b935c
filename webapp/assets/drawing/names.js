// Ids are words of the name, given when something is named first and kept from then on. Until then an id says `new`.

import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor'
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory'
import { getDi, is } from 'bpmn-js/lib/util/ModelUtil'

import { DEFINITIONS, definitionOf, isStep } from './kinds.js'

const NEW = /^new_[a-z]+(_\d+)+$/
const LONGEST = 60

export function isProvisional(id) {
  return NEW.test(id)
}

/** @returns {string} "See the child" -> "see_the_child"; empty where the name has no letters or digits */
export function wordsOf(name) {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}|['’]/gu, '')
    .toLowerCase()
  const words = plain.split(/[^a-z0-9]+/).filter(Boolean)
  const id = words.join('_')
  if (id.length <= LONGEST) return id && /^\d/.test(id) ? `step_${id}` : id
  return id.slice(0, LONGEST).replace(/_[^_]*$/, '')
}

/** The id itself where it is free, else with a number. */
export function freeId(moddle, wanted) {
  let id = wanted
  for (let number = 2; moddle.ids.assigned(id); number++) id = `${wanted}_${number}`
  return id
}

/** Gives what is new an id that says so, instead of letters by chance; none twice, for labels keep theirs. */
export class OurFactory extends BpmnFactory {
  made = 0

  _ensureId(element) {
    if (!element.id && this._needsId(element)) {
      element.id = freeId(this._model, `new_${plainType(element)}_${++this.made}`)
      this._model.ids.claim(element.id, element)
    } else if (element.id && !this._model.ids.assigned(element.id)) {
      this._model.ids.claim(element.id, element)
    }
  }
}
OurFactory.$inject = ['moddle']

function plainType(element) {
  if (is(element, 'bpmn:Activity')) return 'task'
  if (is(element, 'bpmn:Event')) return 'event'
  if (is(element, 'bpmn:Gateway')) return 'gateway'
  if (is(element, 'bpmn:SequenceFlow')) return 'flow'
  return element.$type.replace(/^[^:]*:/, '').toLowerCase()
}

export class Naming extends CommandInterceptor {
  constructor(eventBus, modeling, moddle) {
    super(eventBus)
    this.modeling = modeling
    this.moddle = moddle
    this.postExecuted('element.updateLabel', ({ context }) =>
      this.named(context.element.labelTarget ?? context.element),
    )
    this.postExecuted('element.updateProperties', ({ context }) => {
      if ('name' in context.properties) this.named(context.element)
    })
    this.postExecuted('connection.create', ({ context }) => this.nameFlow(context.connection))
    this.postExecuted('connection.reconnect', ({ context }) => this.nameFlow(context.connection))
    this.preExecute('shape.replace', ({ context }) => this.freeDefinition(context.oldShape))
    this.postExecuted('shape.replace', 400, ({ context }) => this.nameParts(context.newShape))
  }

  named(element) {
    const { id, name } = element.businessObject
    const wanted = wordsOf(name ?? '')
    if (isStep(element) && isProvisional(id) && wanted) this.setId(element, wanted)
  }

  /** With what is named after it: its place in the picture, what happens in it, the flows from and to it. */
  setId(element, wanted) {
    this.modeling.updateProperties(element, { id: freeId(this.moddle, wanted) })
    this.nameParts(element)
    for (const flow of [...element.incoming, ...element.outgoing]) this.nameFlow(flow)
  }

  nameParts(element) {
    const { id } = element.businessObject
    const di = getDi(element)
    if (di.id !== `${id}_di`) this.modeling.updateModdleProperties(element, di, { id: `${id}_di` })
    const definition = isStep(element) && definitionOf(element)
    const wanted = definition && `${id}_${DEFINITIONS[definition.$type]}`
    if (definition && definition.id !== wanted && isProvisional(definition.id)) {
      const id = freeId(this.moddle, wanted)
      this.modeling.updateModdleProperties(element, definition, { id })
      this.modeling.claimId(id, definition)
    }
  }

  /** What happens in a step that becomes another kind is named alike again. */
  freeDefinition(element) {
    const definition = isStep(element) && definitionOf(element)
    if (definition?.id && this.moddle.ids.assigned(definition.id)) this.modeling.unclaimId(definition.id, definition)
  }

  nameFlow(flow) {
    if (!is(flow, 'bpmn:SequenceFlow')) return
    const wanted = `${flow.source.businessObject.id}_to_${flow.target.businessObject.id}`
    const { id } = flow.businessObject
    if (id === wanted || (id.startsWith(`${wanted}_`) && /^\d+$/.test(id.slice(wanted.length + 1)))) return
    this.modeling.updateProperties(flow, { id: freeId(this.moddle, wanted) })
    this.nameParts(flow)
  }
}
Naming.$inject = ['eventBus', 'modeling', 'moddle']

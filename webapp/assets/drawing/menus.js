// What the canvas offers: the same kinds of step as the list beside it, by the same commands, and nothing else.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { KINDS, exchangesFor, isStep, kindNamed, kindOf, madeOf } from './kinds.js'

const APPENDED = ['task', 'table', 'decision', 'end']
const AFTER_EVENT_GATEWAY = ['await_message', 'await_signal', 'await_clock']
const EXCHANGE = 'bpmn-replace'

export class OurPalette {
  constructor(config, palette, create, elementFactory, injector) {
    Object.assign(this, { config, create, elementFactory, injector })
    palette.registerProvider(this)
  }

  getPaletteEntries() {
    const tools = {
      'hand-tool': this.tool('hand-tool', 'Move the view', (event) =>
        this.injector.get('handTool').activateHand(event),
      ),
      'lasso-tool': this.tool('lasso-tool', 'Choose several', (event) =>
        this.injector.get('lassoTool').activateSelection(event),
      ),
      'space-tool': this.tool('space-tool', 'Make room', (event) =>
        this.injector.get('spaceTool').activateSelection(event),
      ),
      'connect-tool': this.tool('connection-multi', 'Draw a way', (event) =>
        this.injector.get('globalConnect').start(event),
      ),
      'tool-separator': { group: 'tools', separator: true },
    }
    const offered = KINDS.filter((kind) => kind.follows && isOffered(kind, this.config))
    return { ...tools, ...Object.fromEntries(offered.map((kind) => [`create.${kind.name}`, this.entry(kind)])) }
  }

  tool(icon, title, click) {
    return { group: 'tools', className: `bpmn-icon-${icon}`, title, action: { click } }
  }

  entry(kind) {
    const begin = (event) => this.create.start(event, this.elementFactory.createShape(madeOf(kind)))
    return { group: 'steps', className: kind.icon, title: kind.words, action: { dragstart: begin, click: begin } }
  }
}
OurPalette.$inject = ['config.drawing', 'palette', 'create', 'elementFactory', 'injector']

export class OurPad {
  constructor(config, contextPad, commands, create, connect, popupMenu, elementFactory, injector) {
    Object.assign(this, { config, contextPad, commands, create, connect, popupMenu, elementFactory, injector })
    contextPad.registerProvider(this)
  }

  getContextPadEntries(element) {
    if (element.labelTarget) return {}
    const entries = {}
    if (isStep(element)) {
      for (const kind of this.appended(element)) entries[`append.${kind.name}`] = this.append(kind)
      if (!kindOf(element)?.ends) entries.connect = this.connecting()
      if (exchangesFor(element).some((kind) => isOffered(kind, this.config))) entries.replace = this.exchanging()
    }
    if (!is(element, 'bpmn:Participant')) entries.delete = this.removing((_event, one) => [one])
    return entries
  }

  getMultiElementContextPadEntries() {
    return { delete: this.removing((_event, several) => several) }
  }

  appended(element) {
    if (kindOf(element)?.ends) return []
    const names = is(element, 'bpmn:EventBasedGateway') ? AFTER_EVENT_GATEWAY : APPENDED
    return names.map(kindNamed).filter((kind) => isOffered(kind, this.config))
  }

  append(kind) {
    const click = (_event, element) => {
      const made = this.commands.add(element, kind)
      if (made) this.injector.get('directEditing').activate(made)
    }
    const dragstart = (event, source) =>
      this.create.start(event, this.elementFactory.createShape(madeOf(kind)), { source })
    return { group: 'model', className: kind.icon, title: `Add after: ${kind.words}`, action: { click, dragstart } }
  }

  connecting() {
    const begin = (event, element) => this.connect.start(event, element)
    const action = { click: begin, dragstart: begin }
    return { group: 'connect', className: 'bpmn-icon-connection-multi', title: 'Draw a way', action }
  }

  exchanging() {
    const click = (event, element) => {
      const { left, bottom } = this.contextPad.getPad(element).html.getBoundingClientRect()
      const position = { x: left, y: bottom + 5, cursor: { x: event.x, y: event.y } }
      this.popupMenu.open(element, EXCHANGE, position, { title: 'Make it another kind', width: 300, search: false })
    }
    return { group: 'edit', className: 'bpmn-icon-screw-wrench', title: 'Make it another kind', action: { click } }
  }

  removing(which) {
    const click = (event, target) => this.commands.remove(which(event, target))
    return { group: 'edit', className: 'bpmn-icon-trash', title: 'Delete', action: { click } }
  }
}
OurPad.$inject = [
  ...['config.drawing', 'contextPad', 'commands', 'create', 'connect', 'popupMenu', 'elementFactory', 'injector'],
]

export class OurExchanges {
  constructor(config, popupMenu, commands) {
    Object.assign(this, { config, popupMenu, commands })
    popupMenu.registerProvider(EXCHANGE, this)
  }

  getPopupMenuEntries(element) {
    const offered = exchangesFor(element).filter((kind) => isOffered(kind, this.config))
    return Object.fromEntries(offered.map((kind) => [`exchange.${kind.name}`, this.entry(element, kind)]))
  }

  entry(element, kind) {
    return { label: kind.words, className: kind.icon, action: () => this.commands.exchange(element, kind) }
  }
}
OurExchanges.$inject = ['config.drawing', 'popupMenu', 'commands']

/** @param {{ types: string[] }} config the types of BPMN that a drawing may have, as the server says */
export function isOffered({ type }, config) {
  return config.types.includes(type)
}

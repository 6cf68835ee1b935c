// The editor of a drawing.

import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'

export { KINDS, exchangesFor, isStep, isTask, kindOf } from './drawing/kinds.js'
export { PROPERTIES } from './drawing/properties.js'
export { NotReadWhole, openSheet, written } from './drawing/sheet.js'

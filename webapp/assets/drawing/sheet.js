// The sheet on which a drawing is edited: bpmn-js, with what a drawing may have here and nothing else.

import Modeler from 'bpmn-js/lib/Modeler'

import { AsRead } from './as_read.js'
import { Commands } from './commands.js'
import { KINDS } from './kinds.js'
import { OurExchanges, OurPad, OurPalette } from './menus.js'
import { Naming, OurFactory } from './names.js'
import { PROPERTIES } from './properties.js'
import { Refusals } from './refusals.js'
import { Roles } from './roles.js'
import { OurShapes, OurWays, Room } from './shapes.js'

const OURS = {
  __init__: ['asRead', 'commands', 'naming', 'refusals', 'roles'],
  asRead: ['type', AsRead],
  bpmnFactory: ['type', OurFactory],
  commands: ['type', Commands],
  contextPadProvider: ['type', OurPad],
  elementFactory: ['type', OurShapes],
  layouter: ['type', OurWays],
  naming: ['type', Naming],
  paletteProvider: ['type', OurPalette],
  refusals: ['type', Refusals],
  replaceMenuProvider: ['type', OurExchanges],
  roles: ['type', Roles],
  room: ['type', Room],
}
const ALL = [...new Set(KINDS.map(({ type }) => type))]

/** What was read is not the whole file: saving it would lose the rest. */
export class NotReadWhole extends Error {}

/**
 * Reads a drawing for editing.
 * @param {string[]} types the types of BPMN that are offered
 * @returns {Promise<Modeler>}
 * @throws {NotReadWhole} nothing of this file may be saved
 */
export async function openSheet(container, xml, { types = ALL, properties = PROPERTIES } = {}) {
  const sheet = new Modeler({
    container,
    additionalModules: [OURS],
    drawing: { types },
    moddleExtensions: { spiffworkflow: properties },
  })
  try {
    const { warnings } = await sheet.importXML(xml)
    if (warnings.length) throw new NotReadWhole(warnings.map(({ message }) => message).join(' '))
  } catch (fault) {
    sheet.destroy()
    throw fault instanceof NotReadWhole ? fault : new NotReadWhole(fault.message)
  }
  const [commands, selection] = [sheet.get('commands'), sheet.get('selection')]
  const actions = sheet.get('editorActions')
  actions.unregister('removeSelection')
  actions.register('removeSelection', () => commands.remove(selection.get()))
  return sheet
}

export async function written(sheet) {
  return (await sheet.saveXML({ format: true })).xml
}

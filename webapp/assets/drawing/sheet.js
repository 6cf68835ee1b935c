// The sheet on which a drawing is edited: bpmn-js without what a drawing here may not have.

import Modeler from 'bpmn-js/lib/Modeler'

import { PROPERTIES } from './properties.js'

/** What was read is not the whole file: saving it would lose the rest. */
export class NotReadWhole extends Error {}

/**
 * Reads a drawing for editing.
 * @returns {Promise<Modeler>}
 * @throws {NotReadWhole} nothing of this file may be saved
 */
export async function openSheet(container, xml, properties = PROPERTIES) {
  const sheet = new Modeler({ container, moddleExtensions: { spiffworkflow: properties } })
  try {
    const { warnings } = await sheet.importXML(xml)
    if (warnings.length) throw new NotReadWhole(warnings.map(({ message }) => message).join(' '))
  } catch (fault) {
    sheet.destroy()
    throw fault instanceof NotReadWhole ? fault : new NotReadWhole(fault.message)
  }
  return sheet
}

export async function written(sheet) {
  return (await sheet.saveXML({ format: true })).xml
}

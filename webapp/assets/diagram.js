import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'

import { fitOnPaper } from './paper.js'

const SMALLEST = 0.6
const LARGEST = 1.25
const HIGHEST = 800
const MARGIN = 16

for (const container of document.querySelectorAll('[data-diagram]')) {
  const details = container.closest('details')
  // A drawing in a closed section has no size yet: it is drawn when somebody opens it.
  if (details && !details.open) details.addEventListener('toggle', () => draw(container), { once: true })
  else draw(container)
}

async function draw(container) {
  const answer = await fetch(container.dataset.diagram)
  if (!answer.ok) return // the table below says the same
  container.hidden = false
  const viewer = new NavigatedViewer({ container })
  await viewer.importXML(await answer.text())
  const canvas = viewer.get('canvas')
  for (const how of ['done', 'current', 'added', 'removed', 'changed']) mark(canvas, container.dataset[how] ?? '', `app-${how}`)
  fit(canvas, viewer.get('elementRegistry'), container)
  fitOnPaper(canvas, container)
}

function mark(canvas, elements, marker) {
  for (const element of elements.split(' ').filter(Boolean)) canvas.addMarker(element, marker)
}

/** As wide as there is room, but never too small to read: then it starts at what is open now, and can be dragged. */
function fit(canvas, shapes, container) {
  const { inner } = canvas.viewbox()
  const whole = Math.min((container.clientWidth - 2 * MARGIN) / inner.width, (HIGHEST - 2 * MARGIN) / inner.height)
  const scale = Math.min(LARGEST, Math.max(SMALLEST, whole))
  container.style.height = `${Math.min(HIGHEST, inner.height * scale + 2 * MARGIN)}px`
  canvas.resized()
  const width = container.clientWidth / scale
  const height = container.clientHeight / scale
  const [current] = (container.dataset.current ?? '').split(' ').filter(Boolean)
  const start = current ? beginAt(shapes.get(current), width, inner) : inner.x
  const x = inner.width <= width ? inner.x - (width - inner.width) / 2 : start
  canvas.viewbox({ x, y: inner.y - MARGIN / scale, width, height })
}

function beginAt(shape, width, inner) {
  return Math.max(inner.x - MARGIN, Math.min(shape.x - width / 3, inner.x + inner.width - width + MARGIN))
}

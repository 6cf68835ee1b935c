import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'

for (const container of document.querySelectorAll('[data-diagram]')) {
  const viewer = new NavigatedViewer({ container })
  fetch(container.dataset.diagram)
    .then((answer) => answer.text())
    .then((xml) => viewer.importXML(xml))
    .then(() => viewer.get('canvas').zoom('fit-viewport'))
}

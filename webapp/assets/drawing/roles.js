// A lane is a role: whoever moves a task into another lane changes who does it, and is asked whether that is meant.

import { isTask } from './kinds.js'

export class Roles {
  constructor(eventBus, elementRegistry) {
    this.eventBus = eventBus
    this.elementRegistry = elementRegistry
    this.meant = false // the role was chosen by its name
    eventBus.on('import.done', ({ error }) => {
      if (!error) this.known = this.ofTasks()
    })
    eventBus.on('commandStack.changed', ({ trigger }) => this.compare(trigger))
  }

  lanes() {
    return this.elementRegistry.filter(({ type }) => type === 'bpmn:Lane').sort((one, other) => one.y - other.y)
  }

  laneOf(element) {
    return this.lanes().find((lane) => lane.businessObject.get('flowNodeRef').includes(element.businessObject))
  }

  ofTasks() {
    const tasks = this.elementRegistry.filter(isTask)
    return new Map(tasks.map((task) => [task.businessObject, this.laneOf(task)?.businessObject.id]))
  }

  compare(trigger) {
    const [before, now] = [this.known, this.ofTasks()]
    this.known = now
    if (trigger !== 'execute' || this.meant || !before) return
    const moved = [...now].filter(([task, role]) => before.has(task) && before.get(task) !== role)
    const tasks = moved.map(([task, role]) => ({ task, role }))
    if (tasks.length) this.eventBus.fire('drawing.roles', { tasks })
  }
}
Roles.$inject = ['eventBus', 'elementRegistry']

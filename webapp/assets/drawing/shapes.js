// How large new shapes are, where there is room for them, and how the ways between them run.

import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor'
import { getMid, getOrientation } from 'diagram-js/lib/layout/LayoutUtil'
import BpmnLayouter from 'bpmn-js/lib/features/modeling/BpmnLayouter'
import ElementFactory from 'bpmn-js/lib/features/modeling/ElementFactory'
import { is } from 'bpmn-js/lib/util/ModelUtil'

const TASK = { width: 110, height: 80 }
export const GAP = 50 // between one step and the next
const TALLER = 120 // what a lane grows by where it is full
const INNER = 10 // so far above its lower edge a lane is drawn longer
const LATE = 400 // after the flows lead to it
const ROW = 20
const AROUND = 12 // nearer than this is over another
const INSIDE = -10 // so far from its edge something is within a task, as bpmn-js counts

export class OurShapes extends ElementFactory {
  getDefaultSize(element, di) {
    return is(element, 'bpmn:Activity') ? { ...TASK } : super.getDefaultSize(element, di)
  }
}
OurShapes.$inject = ElementFactory.$inject

/** With the arrow keys an event is moved from the edge of its task into it. bpmn-js knows no way from there, and fails. */
export class OurWays extends BpmnLayouter {
  layoutConnection(connection, hints = {}) {
    const [source, target] = [hints.source ?? connection.source, hints.target ?? connection.target]
    const isWithin = source.host && getOrientation(getMid(source), source.host, INSIDE) === 'intersect'
    return isWithin ? [getMid(source), getMid(target)] : super.layoutConnection(connection, hints)
  }
}
OurWays.$inject = BpmnLayouter.$inject

export class Room extends CommandInterceptor {
  constructor(eventBus, spaceTool, elementRegistry, modeling) {
    super(eventBus)
    Object.assign(this, { spaceTool, elementRegistry, modeling })
    this.postExecuted('shape.create', LATE, ({ context }) => {
      if (context.targetFlow) this.around(context.shape)
    })
  }

  /** For what was dropped onto a flow: what comes before it stays, it and what comes after it move on. */
  around(shape) {
    const [before] = shape.incoming.map(({ source }) => source)
    const short = before && before.x < shape.x ? before.x + before.width + GAP - shape.x : 0
    if (short > 0) this.space('x', shape.x - 1, short)
    const right = shape.x + shape.width
    const band = {
      left: shape.x + 1,
      right: right + GAP,
      top: shape.y - AROUND,
      bottom: shape.y + shape.height + AROUND,
    }
    const over = this.steps().filter((one) => one !== shape && one.x > shape.x && overlaps(one, band))
    const by = right + GAP - Math.min(...over.map(({ x }) => x))
    if (by > 0) this.space('x', shape.x + 1, by)
    for (const flow of [...shape.incoming, ...shape.outgoing]) this.modeling.layoutConnection(flow, { waypoints: [] })
  }

  /**
   * Where a shape can stand behind another: beside it, else above or below in its lane. Else what is right moves.
   * It never lies on another way that leads from there, as if it were a step of that one: the lane grows.
   */
  behind(source, shape, lane) {
    const x = source.x + source.width + GAP + shape.width / 2
    const middle = source.y + source.height / 2
    const ways = source.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'))
    const all = this.elementRegistry.filter((one) => is(one, 'bpmn:SequenceFlow') && one.waypoints)
    const rows = this.rows(lane ?? source, shape, middle).filter((y) => this.isFree({ x, y }, shape))
    const besides = (those) => rows.find((y) => !those.some((way) => passes(way, boxOf({ x, y }, shape))))
    const free = besides(all) ?? besides(ways)
    if (free !== undefined) return { x, y: free }
    this.push(source, shape, middle)
    if (ways.length && lane) return { x, y: this.below(lane) }
    return { x, y: middle }
  }

  /** On the way from a step to the one that follows: in the same row, and whatever is in the way moves on. */
  between(source, shape) {
    const y = source.y + source.height / 2
    this.push(source, shape, y)
    return { x: source.x + source.width + GAP + shape.width / 2, y }
  }

  /** Where a step can stand in another lane, at the same place from left to right; undefined where it is full. */
  within(lane, shape) {
    const x = shape.x + shape.width / 2
    const middle = lane.y + lane.height / 2
    const y = this.rows(lane, shape, middle).find((row) => this.isFree({ x, y: row }, shape))
    return y === undefined ? undefined : { x, y }
  }

  /** The lane grows, and the ways of the lanes below it go down with them; the middle of the row that it gains. */
  below(lane) {
    this.space('y', lane.y + lane.height - INNER, TALLER) // `resizeLane` of bpmn-js leaves those ways where they were
    return lane.y + lane.height - TALLER / 2
  }

  /** From the middle outwards, so far as the shape stays in the lane. */
  rows(lane, shape, middle) {
    const [first, last] = [lane.y + shape.height / 2 + AROUND, lane.y + lane.height - shape.height / 2 - AROUND]
    const rows = [middle]
    for (let away = ROW; away < lane.height; away += ROW) rows.push(middle + away, middle - away)
    return rows.filter((y) => y >= first && y <= last)
  }

  isFree(middle, shape) {
    const box = boxOf(middle, shape)
    return !this.steps().some((one) => one !== shape && one.host !== shape && overlaps(one, box))
  }

  push(source, shape, y) {
    const right = source.x + source.width
    const band = { left: right, right: Infinity, top: y - shape.height / 2 - AROUND }
    band.bottom = y + shape.height / 2 + AROUND
    const inTheWay = this.steps().filter((one) => one !== source && one.x >= right && overlaps(one, band))
    const nearest = Math.min(...inTheWay.map((one) => one.x))
    const by = right + shape.width + 2 * GAP - nearest
    if (by > 0) this.space('x', right + 1, by)
  }

  space(axis, from, by) {
    const all = this.elementRegistry.filter(({ parent }) => parent)
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, by, from)
    const [delta, direction] = axis === 'x' ? [{ x: by, y: 0 }, 'e'] : [{ x: 0, y: by }, 's']
    this.spaceTool.makeSpace(movingShapes, resizingShapes, delta, direction, from)
  }

  steps() {
    return this.elementRegistry.filter(
      (element) => is(element, 'bpmn:FlowNode') && !element.labelTarget && element.parent,
    )
  }
}
Room.$inject = ['eventBus', 'spaceTool', 'elementRegistry', 'modeling']

/** What a shape with this middle takes up, with the room around it. */
function boxOf({ x, y }, { width, height }) {
  const [across, down] = [width / 2 + AROUND, height / 2 + AROUND]
  return { left: x - across, right: x + across, top: y - down, bottom: y + down }
}

function passes({ waypoints }, { left, right, top, bottom }) {
  return waypoints.slice(1).some((to, at) => {
    const from = waypoints[at]
    const [first, last] = [Math.min(from.x, to.x), Math.max(from.x, to.x)]
    const [high, low] = [Math.min(from.y, to.y), Math.max(from.y, to.y)]
    return first < right && last > left && high < bottom && low > top
  })
}

function overlaps(one, { left, right, top, bottom }) {
  return one.x < right && one.x + one.width > left && one.y < bottom && one.y + one.height > top
}

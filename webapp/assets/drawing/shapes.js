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
    return ways.length && lane ? { x, y: this.below(lane) } : this.beside(source, shape, middle)
  }

  /** On the way from a step to the one that follows: in the same row. */
  between(source, shape) {
    return this.beside(source, shape, source.y + source.height / 2)
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

  /** In this row, behind whatever stands there and began before the end of the source; the rest of the row moves on. */
  beside(source, shape, y) {
    const end = source.x + source.width
    const band = { left: end, right: Infinity, top: y - shape.height / 2 - AROUND }
    band.bottom = y + shape.height / 2 + AROUND
    const there = this.steps().filter((one) => one !== source && overlaps(one, band))
    const stays = there.filter((one) => one.x < end).map((one) => one.x + one.width)
    const left = Math.max(end, ...stays)
    const nearest = Math.min(...there.filter((one) => one.x >= end).map((one) => one.x))
    const by = left + shape.width + 2 * GAP - nearest
    if (by > 0) this.space('x', end + 1, by)
    return { x: left + GAP + shape.width / 2, y }
  }

  /** The ways of a step, and those that would lie over it. */
  clear(step) {
    const ways = this.elementRegistry.filter((one) => is(one, 'bpmn:SequenceFlow') && one.waypoints && one.parent)
    const own = new Set([...step.incoming, ...step.outgoing])
    for (const way of ways) if (own.has(way) || passes(way, edgesOf(step))) this.goRound(way)
  }

  /** A way that lies over a step goes round it, where few bends are enough. */
  goRound(flow) {
    const { source, target } = flow
    const others = this.steps().filter((one) => one !== source && one !== target)
    const isClear = (waypoints) => !others.some((one) => passes({ waypoints }, edgesOf(one)))
    if (isClear(flow.waypoints)) return
    const clear = waysBetween(source, target).find(isClear)
    if (clear) this.modeling.updateWaypoints(flow, clear)
  }

  space(axis, from, by) {
    const all = this.elementRegistry.filter(({ parent }) => parent)
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, by, from)
    const [delta, direction] = axis === 'x' ? [{ x: by, y: 0 }, 'e'] : [{ x: 0, y: by }, 's']
    const moving = new Set(movingShapes)
    const stretched = all
      .filter((one) => is(one, 'bpmn:SequenceFlow') && moving.has(one.source) !== moving.has(one.target))
      .map((flow) => ({ flow, waypoints: stretchedBy(flow, moving, { axis, from, by }) }))
    this.spaceTool.makeSpace(movingShapes, resizingShapes, delta, direction, from)
    for (const { flow, waypoints } of stretched)
      if (isSquare(waypoints)) this.modeling.updateWaypoints(flow, waypoints)
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

function edgesOf({ x, y, width, height }) {
  return { left: x, right: x + width, top: y, bottom: y + height }
}

/** From the middle of one side to the middle of another: by one bend, else below both or above them. */
function waysBetween(source, target) {
  const [from, to] = [getMid(source), getMid(target)]
  const [right, down] = [to.x > from.x ? 1 : -1, to.y > from.y ? 1 : -1]
  const side = (one, { x, y }, way) => ({ x: x + (way * one.width) / 2, y })
  const edge = (one, { x, y }, way) => ({ x, y: y + (way * one.height) / 2 })
  const bent = [
    [edge(source, from, down), { x: from.x, y: to.y }, side(target, to, -right)],
    [side(source, from, right), { x: to.x, y: from.y }, edge(target, to, -down)],
  ]
  const round = [1, 2, 3, 4].flatMap((times) =>
    [1, -1].map((way) => {
      const ends = [edge(source, from, way), edge(target, to, way)]
      const y = way * (Math.max(...ends.map((one) => way * one.y)) + times * ROW)
      return [ends[0], { x: from.x, y }, { x: to.x, y }, ends[1]]
    }),
  )
  return [...(from.x === to.x || from.y === to.y ? [] : bent), ...round]
}

/** The bends of a way of which one end moves: bpmn-js would draw it anew, and a way back would lie on the way there. */
function stretchedBy({ source, target, waypoints }, moving, { axis, from, by }) {
  const [first, last] = [runFrom(waypoints, axis), runFrom([...waypoints].reverse(), axis)]
  return waypoints.map((point, at) => {
    const isOfTarget = at >= waypoints.length - last
    const moves = at < first ? moving.has(source) : isOfTarget ? moving.has(target) : point[axis] > from
    const moved = ({ x, y }) => ({ x, y, [axis]: { x, y }[axis] + (moves ? by : 0) })
    return point.original ? { ...moved(point), original: moved(point.original) } : moved(point)
  })
}

/** How many points from the first on lie on one line with it: they go where its end goes. */
function runFrom(waypoints, axis) {
  const end = waypoints.findIndex((point) => point[axis] !== waypoints[0][axis])
  return end < 0 ? waypoints.length : end
}

function isSquare(waypoints) {
  return waypoints.slice(1).every((to, at) => to.x === waypoints[at].x || to.y === waypoints[at].y)
}

function overlaps(one, { left, right, top, bottom }) {
  return one.x < right && one.x + one.width > left && one.y < bottom && one.y + one.height > top
}

// A condition as a list of questions with their answers, and back. What is more than such a list stays text.

const MARK = /\s*(?:(==|!=|\(|\)|\[|\]|,)|"((?:[^"\\]|\\.)*)"|([A-Za-z_][\w.]*))\s*/y

/**
 * @typedef {{ path: string, is: boolean, values: string[], answered: boolean }} Term `values`: none for a fact of the
 *   case; `answered`: also asks whether there is an answer at all
 * @returns {{ join: 'and' | 'or', terms: Term[] } | undefined} undefined where it is more than a list
 */
export function readCondition(text) {
  try {
    const reader = new Reader(text)
    const found = reader.list()
    return reader.isAtEnd() ? found : undefined
  } catch (fault) {
    if (fault instanceof More) return undefined
    throw fault
  }
}

export function writeCondition({ join, terms }) {
  const several = terms.length > 1
  return terms.map((term) => written(term, several && join === 'or')).join(` ${join} `)
}

function written({ path, is, values, answered }, inBrackets) {
  const quoted = values.map((value) => `"${value}"`)
  const compared = !quoted.length
    ? `${is ? '' : 'not '}${path}`
    : quoted.length === 1
      ? `${path} ${is ? '==' : '!='} ${quoted[0]}`
      : `${path} ${is ? 'in' : 'not in'} [${quoted.join(', ')}]`
  if (!answered) return compared
  return inBrackets ? `(has(${path}) and ${compared})` : `has(${path}) and ${compared}`
}

class More extends Error {}

class Reader {
  constructor(text) {
    this.marks = []
    for (MARK.lastIndex = 0; MARK.lastIndex < text.length;) {
      const found = MARK.exec(text)
      if (!found || found[2]?.includes('\\')) throw new More()
      const [, sign, quoted, word] = found
      this.marks.push(sign ? { sign } : word ? { word } : { quoted })
    }
    this.at = 0
  }

  list() {
    const groups = [this.group()]
    while (this.takes('word', 'or')) groups.push(this.group())
    if (groups.length === 1) return { join: 'and', terms: groups[0] }
    if (groups.some((terms) => terms.length !== 1)) throw new More()
    return { join: 'or', terms: groups.flat() }
  }

  group() {
    const found = [...this.one()]
    while (this.takes('word', 'and')) found.push(...this.one())
    const terms = []
    for (const term of found) {
      const last = terms[terms.length - 1]
      if (last?.asked && !term.asked && last.path === term.path) terms[terms.length - 1] = { ...term, answered: true }
      else terms.push(term)
    }
    if (terms.some(({ asked }) => asked)) throw new More() // `has(…)` alone
    return terms
  }

  one() {
    if (this.takes('sign', '(')) {
      const { join, terms } = this.list()
      if (join === 'or' || terms.length > 1 || !this.takes('sign', ')')) throw new More()
      return terms
    }
    if (this.takes('word', 'not')) return [{ path: this.word(), is: false, values: [], answered: false }]
    const path = this.word()
    if (path === 'has' && this.takes('sign', '(')) {
      const asked = this.word()
      if (!this.takes('sign', ')')) throw new More()
      return [{ path: asked, asked: true }]
    }
    return [this.compared(path)]
  }

  compared(path) {
    if (this.takes('sign', '==')) return { path, is: true, values: [this.quoted()], answered: false }
    if (this.takes('sign', '!=')) return { path, is: false, values: [this.quoted()], answered: false }
    const is = !this.takes('word', 'not')
    if (!this.takes('word', 'in')) {
      if (is) return { path, is, values: [], answered: false }
      throw new More()
    }
    if (!this.takes('sign', '[')) throw new More()
    const values = [this.quoted()]
    while (this.takes('sign', ',')) values.push(this.quoted())
    if (!this.takes('sign', ']')) throw new More()
    return { path, is, values, answered: false }
  }

  takes(kind, wanted) {
    const found = this.marks[this.at]?.[kind] === wanted
    if (found) this.at++
    return found
  }

  word() {
    const { word } = this.marks[this.at++] ?? {}
    if (!word || ['and', 'or', 'not', 'in', 'if', 'else'].includes(word)) throw new More()
    return word
  }

  quoted() {
    const { quoted } = this.marks[this.at++] ?? {}
    if (quoted === undefined) throw new More()
    return quoted
  }

  isAtEnd() {
    return this.at === this.marks.length
  }
}

import CityKernel

/// A pattern as it is written.
indirect enum PatternTree: Sendable {
    enum Place: Sendable { case start, end, wordEdge, noWordEdge }

    case set(PatternSet)
    case place(Place)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repetition(PatternTree, Int, Int?)
}

/// Characters of a class such as `[a-z]`.
struct PatternSet: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isInverted
    }

    static let all = PatternSet(ranges: [0x0A...0x0A], isInverted: true)
    static let digit = PatternSet(ranges: [48...57])
    static let word = PatternSet(ranges: [48...57, 65...90, 95...95, 97...122])
    static let space = PatternSet(ranges: [9...13, 32...32, 0xA0...0xA0, 0x3000...0x3000])

    var inverted: PatternSet { PatternSet(ranges: ranges, isInverted: !isInverted) }

    /// As ranges that are not inverted, for use inside a larger class.
    var positive: [ClosedRange<UInt32>] {
        guard isInverted else { return ranges }
        var gaps: [ClosedRange<UInt32>] = []
        var low: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if low < range.lowerBound { gaps.append(low...(range.lowerBound - 1)) }
            low = max(low, range.upperBound + 1)
        }
        gaps.append(low...0x10_FFFF)
        return gaps
    }
}

/// Reads the regular expressions that POSIX and ECMAScript have in common.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private let pattern: String
    private var index = 0
    private static let depthMax = 50
    private static let repetitionsMax = 1_000

    init(_ pattern: String) {
        self.pattern = pattern
        scalars = Array(pattern.unicodeScalars)
    }

    mutating func whole() throws(Problem) -> PatternTree {
        let tree = try choice(depth: 0)
        guard index == scalars.count else { throw refusal }
        return tree
    }

    private mutating func choice(depth: Int) throws(Problem) -> PatternTree {
        guard depth < Self.depthMax else { throw refusal }
        var parts = [try sequence(depth: depth)]
        while skip("|") { parts.append(try sequence(depth: depth)) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence(depth: Int) throws(Problem) -> PatternTree {
        var parts: [PatternTree] = []
        while let next = peek, next != "|", next != ")" {
            parts.append(try repetition(of: try atom(depth: depth)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repetition(of atom: PatternTree) throws(Problem) -> PatternTree {
        var tree = atom
        switch peek {
        case "*": tree = .repetition(atom, 0, nil)
        case "+": tree = .repetition(atom, 1, nil)
        case "?": tree = .repetition(atom, 0, 1)
        case "{":
            guard let bounds = bounds() else { throw refusal }
            // Whether a repetition is lazy does not change what matches.
            _ = skip("?")
            return .repetition(atom, bounds.low, bounds.high)
        default: return atom
        }
        index += 1
        _ = skip("?")
        if let next = peek, "*+?{".unicodeScalars.contains(next) { throw refusal }
        return tree
    }

    /// `{2}`, `{2,}` or `{2,5}`.
    private mutating func bounds() -> (low: Int, high: Int?)? {
        guard let end = scalars[index...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 2, let low = Int(parts[0]), (0...Self.repetitionsMax).contains(low)
        else { return nil }
        index = end + 1
        guard parts.count == 2 else { return (low, low) }
        if parts[1].isEmpty { return (low, nil) }
        guard let high = Int(parts[1]), (low...Self.repetitionsMax).contains(high) else {
            return nil
        }
        return (low, high)
    }

    private mutating func atom(depth: Int) throws(Problem) -> PatternTree {
        guard let next = peek else { throw refusal }
        index += 1
        switch next {
        case "(":
            if skip("?"), !skip(":") { throw refusal }
            let inner = try choice(depth: depth + 1)
            guard skip(")") else { throw refusal }
            return inner
        case "[": return .set(try characterClass())
        case ".": return .set(.all)
        case "^": return .place(.start)
        case "$": return .place(.end)
        case "\\": return try escape()
        case "*", "+", "?", "{", "}", "]": throw refusal
        default: return .set(PatternSet(ranges: [next.value...next.value]))
        }
    }

    private mutating func escape() throws(Problem) -> PatternTree {
        guard let next = peek else { throw refusal }
        if next == "b" || next == "B" {
            index += 1
            return .place(next == "b" ? .wordEdge : .noWordEdge)
        }
        return .set(try escapedSet())
    }

    private mutating func escapedSet() throws(Problem) -> PatternSet {
        guard let next = peek else { throw refusal }
        index += 1
        switch next {
        case "d": return .digit
        case "D": return PatternSet.digit.inverted
        case "w": return .word
        case "W": return PatternSet.word.inverted
        case "s": return .space
        case "S": return PatternSet.space.inverted
        case "n": return PatternSet(ranges: [10...10])
        case "r": return PatternSet(ranges: [13...13])
        case "t": return PatternSet(ranges: [9...9])
        default:
            // Other letters and digits mean things that are not known here.
            guard !PatternSet.word.contains(next) || next == "_" else { throw refusal }
            return PatternSet(ranges: [next.value...next.value])
        }
    }

    private mutating func characterClass() throws(Problem) -> PatternSet {
        var set = PatternSet(ranges: [], isInverted: skip("^"))
        var isFirst = true
        while let next = peek, next != "]" || isFirst {
            isFirst = false
            let low = try classMember()
            let isRange = peek == "-" && index + 1 < scalars.count && scalars[index + 1] != "]"
            guard isRange, let start = low.single else {
                set.ranges += low.positive
                continue
            }
            index += 1
            guard let end = try classMember().single, start <= end else { throw refusal }
            set.ranges.append(start...end)
        }
        guard skip("]"), !set.ranges.isEmpty else { throw refusal }
        return set
    }

    private mutating func classMember() throws(Problem) -> PatternSet {
        guard let next = peek else { throw refusal }
        index += 1
        if next == "\\" { return try escapedSet() }
        if next == "[", peek == ":" { throw refusal }
        return PatternSet(ranges: [next.value...next.value])
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private var refusal: Problem {
        Problem(
            .badRequestData, title: "The pattern is not a regular expression",
            detail: "\"\(pattern.prefix(80))\" cannot be read at character \(index + 1).",
            remedy: "Escape ( [ . * + ? with a backslash when they stand for themselves.")
    }
}

extension PatternSet {
    /// The only character of the set.
    fileprivate var single: UInt32? {
        guard !isInverted, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}

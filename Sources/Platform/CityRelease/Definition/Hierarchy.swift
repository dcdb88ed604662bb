/// 一般化の階層: how a value becomes coarser, step by step, until it says nothing.
///
/// Level 0 is the value as it came; the last level is `*` for every row.
package enum Hierarchy: Sendable, Hashable {
    /// Bands of whole numbers, each width a multiple of the one before; values outside are the lowest
    /// or highest band (top and bottom coding, measure 4).
    case numbers(bands: [Int], lowest: Int, highest: Int)
    /// 町内 → 校区 → 市: for each value its coarser names.
    case tree([String: [String]])
    /// Days become months, then years.
    case date
    /// The value or nothing.
    case flat

    package static let anything = "*"

    /// How many levels there are, with level 0 and `*`.
    package var levelCount: Int {
        switch self {
        case .numbers(let bands, _, _): bands.count + 2
        case .tree(let tree): (tree.values.first?.count ?? 0) + 2
        case .date: 4
        case .flat: 2
        }
    }

    /// The value on a level.
    /// - Returns: `nil` for a value that the hierarchy does not know, unless the level is the last.
    package func value(_ text: String, level: Int) -> String? {
        if level == levelCount - 1 { return Self.anything }
        switch self {
        case .numbers(let bands, let lowest, let highest):
            guard let number = Int(text) else { return nil }
            let clamped = min(max(number, lowest), highest)
            if level == 0 {
                return number < lowest ? "<\(lowest)" : number > highest ? ">\(highest)" : text
            }
            let width = bands[level - 1]
            let start = lowest + (clamped - lowest) / width * width
            let end = start + width - 1
            return end >= highest ? "\(start)-" : start == end ? "\(start)" : "\(start)-\(end)"
        case .tree(let tree):
            guard let path = tree[text] else { return nil }
            return level == 0 ? text : path[level - 1]
        case .date:
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
                let month = Int(parts[1]), let day = Int(parts[2]), Int(parts[0]) != nil,
                (1...12).contains(month), (1...31).contains(day)
            else { return nil }
            return level == 0 ? text : level == 1 ? "\(parts[0])-\(parts[1])" : String(parts[0])
        case .flat: return text
        }
    }

    /// Every value that the level can have, known without looking at the rows; `nil` where only the
    /// rows know.
    package func domain(level: Int) -> [String]? {
        if level == levelCount - 1 { return [Self.anything] }
        switch self {
        case .numbers(_, let lowest, let highest) where level > 0:
            var found: [String] = []
            for number in lowest...highest {
                let band = value(String(number), level: level)
                if let band, found.last != band { found.append(band) }
            }
            return found
        case .tree(let tree):
            return Set(tree.map { level == 0 ? $0.key : $0.value[level - 1] }).sorted()
        default: return nil
        }
    }

    /// What is wrong with the hierarchy itself.
    package var fault: String? {
        switch self {
        case .numbers(let bands, let lowest, let highest):
            let rises = zip(bands, bands.dropFirst()).allSatisfy {
                $0 < $1 && $1.isMultiple(of: $0)
            }
            if bands.isEmpty || bands.contains(where: { $0 < 1 }) || !rises {
                return "each band is a multiple of the one before"
            }
            if lowest >= highest || highest - lowest > 100_000 {
                return "lowest is less than highest, and they are not too far apart"
            }
            return nil
        case .tree(let tree):
            let depth = tree.values.first?.count ?? 0
            if tree.isEmpty { return "the tree has no leaf" }
            if tree.values.contains(where: { $0.count != depth }) {
                return "every leaf has the same number of steps"
            }
            for level in 1..<max(depth, 1) {
                var parents: [String: String] = [:]
                for path in tree.values {
                    let known = parents.updateValue(path[level], forKey: path[level - 1])
                    if let known, known != path[level] {
                        return "\(path[level - 1]) lies in both \(known) and \(path[level])"
                    }
                }
            }
            return nil
        case .date, .flat: return nil
        }
    }
}

/// A pattern as steps that are followed side by side.
struct PatternProgram: Sendable {
    /// Steps of one pattern; each costs a little for every character of every text.
    static let stepsMax = 4_000

    enum Step: Sendable {
        /// Takes one character of the set and goes on to the next step.
        case take(PatternSet)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case assert(PatternTree.Place)
        case match
    }

    private(set) var steps: [Step] = []

    init(_ tree: PatternTree) {
        append(tree)
        steps.append(.match)
    }

    private mutating func append(_ tree: PatternTree) {
        guard steps.count <= Self.stepsMax else { return }
        switch tree {
        case .set(let set): steps.append(.take(set))
        case .place(let place): steps.append(.assert(place))
        case .sequence(let parts): for part in parts { append(part) }
        case .choice(let parts): append(choice: parts[...])
        case .repetition(let part, let low, let high):
            for _ in 0..<low { append(part) }
            if let high {
                let split = (low..<high).map { _ in
                    let place = steps.count
                    steps.append(.jump(0))
                    append(part)
                    return place
                }
                for place in split { steps[place] = .split(place + 1, steps.count) }
            } else {
                let start = steps.count
                steps.append(.jump(0))
                append(part)
                steps.append(.jump(start))
                steps[start] = .split(start + 1, steps.count)
            }
        }
    }

    private mutating func append(choice parts: ArraySlice<PatternTree>) {
        guard let first = parts.first, parts.count > 1 else {
            for part in parts { append(part) }
            return
        }
        let split = steps.count
        steps.append(.jump(0))
        append(first)
        let jump = steps.count
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
        append(choice: parts.dropFirst())
        steps[jump] = .jump(steps.count)
    }

    // MARK: - Matching

    /// The steps that are reached at one character, each once.
    private struct Front {
        var steps: [Int] = []
        private var seen: [Bool]

        init(_ count: Int) { seen = [Bool](repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            guard !seen[step] else { return false }
            seen[step] = true
            return true
        }

        mutating func clear() {
            for index in seen.indices { seen[index] = false }
            steps.removeAll(keepingCapacity: true)
        }
    }

    /// Whether some part of `text` matches.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var front = Front(steps.count)
        var next = Front(steps.count)
        for index in 0...scalars.count {
            // A match may begin anywhere.
            if reach(0, at: index, scalars, &front) { return true }
            guard index < scalars.count else { return false }
            next.clear()
            for step in front.steps {
                guard case .take(let set) = steps[step], set.contains(scalars[index]) else {
                    continue
                }
                if reach(step + 1, at: index + 1, scalars, &next) { return true }
            }
            swap(&front, &next)
        }
        return false
    }

    /// - Returns: whether the end of the program is reached.
    private func reach(
        _ start: Int, at index: Int, _ scalars: [Unicode.Scalar], _ front: inout Front
    ) -> Bool {
        var open = [start]
        while let step = open.popLast() {
            guard front.insert(step) else { continue }
            switch steps[step] {
            case .match: return true
            case .take: front.steps.append(step)
            case .jump(let target): open.append(target)
            case .split(let left, let right):
                open.append(right)
                open.append(left)
            case .assert(let place):
                if place.holds(at: index, in: scalars) { open.append(step + 1) }
            }
        }
        return false
    }
}

extension PatternTree.Place {
    func holds(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        switch self {
        case .start: index == 0
        case .end: index == scalars.count
        case .wordEdge: Self.isEdge(index, scalars)
        case .noWordEdge: !Self.isEdge(index, scalars)
        }
    }

    private static func isEdge(_ index: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let before = index > 0 && PatternSet.word.contains(scalars[index - 1])
        let after = index < scalars.count && PatternSet.word.contains(scalars[index])
        return before != after
    }
}

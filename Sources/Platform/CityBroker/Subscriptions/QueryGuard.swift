import CityKernel

/// A condition that an entity must meet for a `q` to be met: an attribute and a number. By it a change
/// finds those of many subscriptions that it may concern, without asking each.
struct QueryGuard: Hashable {
    enum Side: Hashable { case above, below, exactly }

    /// Guards that are kept in one list.
    struct Kind: Hashable {
        var attribute: String
        var side: Side
    }

    var kind: Kind
    var bound: Double

    /// The first condition of `expression` that can stand guard; `nil` when there is none.
    init?(_ expression: QueryExpression?) {
        switch expression {
        case .all(let parts):
            guard let first = parts.lazy.compactMap({ QueryGuard($0) }).first else { return nil }
            self = first
        case .compare(let path, let comparison, let values):
            guard path.subAttributes.isEmpty, path.members.isEmpty, path.linked.isEmpty,
                values.count == 1, case .value(let value)? = values.first,
                let bound = value.double, let side = Self.side(of: comparison)
            else { return nil }
            kind = Kind(attribute: path.attribute, side: side)
            self.bound = bound
        case .any, .exists, .missing, nil: return nil
        }
    }

    private static func side(of comparison: Comparison) -> Side? {
        switch comparison {
        case .greater, .greaterOrEqual: .above
        case .less, .lessOrEqual: .below
        case .equal: .exactly
        case .notEqual, .matches, .notMatches: nil
        }
    }
}

/// Subscriptions of one place of the index: those that are always asked, and those behind a guard.
struct GuardedNumbers: Sendable {
    private struct Bound: Sendable, Hashable {
        var value: Double
        var number: Int

        static func precedes(_ left: Bound, _ right: Bound) -> Bool {
            (left.value, left.number) < (right.value, right.number)
        }
    }

    private var open: Set<Int> = []
    /// Each list rises.
    private var bounds: [QueryGuard.Kind: [Bound]] = [:]

    var isEmpty: Bool { open.isEmpty && bounds.isEmpty }

    mutating func insert(_ number: Int, _ guarding: QueryGuard?) {
        guard let guarding else {
            open.insert(number)
            return
        }
        let bound = Bound(value: guarding.bound, number: number)
        var list = bounds[guarding.kind] ?? []
        list.insert(bound, at: Self.place(of: bound, in: list))
        bounds[guarding.kind] = list
    }

    mutating func remove(_ number: Int, _ guarding: QueryGuard?) {
        guard let guarding, var list = bounds[guarding.kind] else {
            open.remove(number)
            return
        }
        list.removeAll { $0.number == number }
        bounds[guarding.kind] = list.isEmpty ? nil : list
    }

    /// Adds those that `entity` may concern.
    /// - Parameter entity: is asked for only when something stands behind a guard.
    func collect(into found: inout Set<Int>, _ entity: () throws -> Entity?) rethrows {
        found.formUnion(open)
        guard !bounds.isEmpty, let entity = try entity() else { return }
        for (kind, list) in bounds {
            let values = Self.numbers(kind.attribute, in: entity)
            guard let low = values.min(), let high = values.max() else { continue }
            switch kind.side {
            case .above: found.formUnion(Self.upTo(high, in: list))
            case .below: found.formUnion(Self.from(low, in: list))
            case .exactly:
                for value in values { found.formUnion(Self.equal(to: value, in: list)) }
            }
        }
    }

    private static func numbers(_ name: String, in entity: Entity) -> [Double] {
        entity.attributes.filter { $0.name == name }.flatMap { named in
            (named.attribute.value.array ?? [named.attribute.value]).compactMap(\.double)
        }
    }

    private static func upTo(_ high: Double, in list: [Bound]) -> some Sequence<Int> {
        list[..<place(of: Bound(value: high, number: .max), in: list)].lazy.map(\.number)
    }

    private static func from(_ low: Double, in list: [Bound]) -> some Sequence<Int> {
        list[place(of: Bound(value: low, number: .min), in: list)...].lazy.map(\.number)
    }

    private static func equal(to value: Double, in list: [Bound]) -> some Sequence<Int> {
        let start = place(of: Bound(value: value, number: .min), in: list)
        let end = place(of: Bound(value: value, number: .max), in: list)
        return list[start..<end].lazy.map(\.number)
    }

    /// Where `bound` stands, or would stand.
    private static func place(of bound: Bound, in list: [Bound]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if Bound.precedes(list[middle], bound) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

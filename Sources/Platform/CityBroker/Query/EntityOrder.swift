package import CityKernel
import CityPlaces
import Foundation

/// One key by which entities are put in order (§4.23).
package struct EntityOrder: Sendable, Hashable {
    package enum Key: Sendable, Hashable {
        case path(AttributePath)
        /// Metres from a place.
        case distance(attribute: String, from: Geometry)
    }

    package var key: Key
    package var isDescending: Bool
    /// A language tag (BCP 47) by whose rules texts are compared; by code point without one.
    package var collation: String?

    /// Keys of one query.
    package static let keysMax = 16

    package init(_ key: Key, isDescending: Bool = false, collation: String? = nil) {
        self.key = key
        self.isDescending = isDescending
        self.collation = collation
    }

    /// `name;desc,location;dist-asc`.
    /// - Parameter reference: what distances are measured from.
    /// - Throws: `Problem` of kind `badRequestData`.
    package static func parse(
        _ terms: [String], from reference: Geometry?, collation: String?,
        _ context: LDContext = .core
    ) throws(Problem) -> [EntityOrder] {
        if let collation, !isLanguageTag(collation) {
            throw .badData("the collation is not a language tag", at: "collation")
        }
        guard terms.count <= keysMax else {
            throw .badData("orderBy has at most \(keysMax) keys", at: "orderBy")
        }
        var order: [EntityOrder] = []
        for term in terms {
            let parts = term.split(separator: ";", omittingEmptySubsequences: false)
            let path = try QueryParser.path(String(parts.first ?? ""), context)
            guard parts.count <= 2, path.linked.isEmpty else { throw refusal }
            switch parts.count == 2 ? parts[1] : "asc" {
            case "asc": order.append(.init(.path(path), collation: collation))
            case "desc":
                order.append(.init(.path(path), isDescending: true, collation: collation))
            case "dist-asc", "dist-desc":
                guard let reference else {
                    throw .badData("an order by distance needs a place", at: "orderFrom")
                }
                let key = Key.distance(attribute: path.attribute, from: reference)
                order.append(.init(key, isDescending: parts[1] == "dist-desc"))
            default: throw refusal
            }
        }
        return order
    }

    private static var refusal: Problem {
        .badData(
            "orderBy cannot be read", at: "orderBy",
            remedy: "Write for example name;desc,location;dist-asc.")
    }

    private static func isLanguageTag(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let language = parts.first, (2...8).contains(language.utf8.count),
            language.utf8.allSatisfy({ (97...122).contains($0 | 0x20) })
        else { return false }
        return parts.allSatisfy { part in
            (1...8).contains(part.utf8.count)
                && part.utf8.allSatisfy {
                    (97...122).contains($0 | 0x20) || (48...57).contains($0)
                }
        }
    }
}

/// An order made ready.
struct EntitySorter: Sendable {
    private let order: [EntityOrder]
    private let distances: [SpatialFilter?]
    private let locales: [Locale?]

    /// What an entity is compared by.
    struct Rank: Sendable {
        fileprivate var keys: [JSONValue?]
        let id: EntityID
    }

    /// - Throws: `Problem` for a place that is not valid.
    init(_ order: [EntityOrder]) throws(Problem) {
        self.order = order
        var distances: [SpatialFilter?] = []
        for term in order {
            if case .distance(_, let place) = term.key {
                distances.append(
                    try SpatialFilter(.near(minimum: nil, maximum: nil), place))
            } else {
                distances.append(nil)
            }
        }
        self.distances = distances
        locales = order.map { $0.collation.map { Locale(identifier: $0) } }
    }

    func rank(of entity: Entity) throws(Problem) -> Rank {
        var keys: [JSONValue?] = []
        for (term, filter) in zip(order, distances) {
            switch term.key {
            case .path(let path): keys.append(path.orderValue(in: entity))
            case .distance(let attribute, _):
                guard let filter, let place = entity[attribute]?.geometry else {
                    keys.append(nil)
                    continue
                }
                keys.append(.number(try filter.distanceMetres(to: place)))
            }
        }
        return Rank(keys: keys, id: entity.id)
    }

    func isBefore(_ left: Rank, _ right: Rank) -> Bool {
        for (index, term) in order.enumerated() {
            guard let first = left.keys[index] else {
                if right.keys[index] == nil { continue }
                return false
            }
            // What has no value stands last, in both directions.
            guard let second = right.keys[index] else { return true }
            let comparison = compare(first, second, locales[index])
            if comparison != 0 { return (comparison < 0) != term.isDescending }
        }
        return left.id < right.id
    }

    /// Numbers, then texts, then truth values, then lists and objects (§4.23.2).
    private func compare(_ left: JSONValue, _ right: JSONValue, _ locale: Locale?) -> Int {
        let (first, second) = (Self.class(of: left), Self.class(of: right))
        if first != second { return first < second ? -1 : 1 }
        if let left = left.double, let right = right.double {
            return left == right ? 0 : left < right ? -1 : 1
        }
        if let left = left.string, let right = right.string {
            if let locale {
                return left.compare(right, options: [], range: nil, locale: locale).rawValue
            }
            return left == right ? 0 : left < right ? -1 : 1
        }
        if let left = left.bool, let right = right.bool {
            return left == right ? 0 : right ? -1 : 1
        }
        let (leftText, rightText) = (left.text, right.text)
        return leftText == rightText ? 0 : leftText < rightText ? -1 : 1
    }

    private static func `class`(of value: JSONValue) -> Int {
        switch value {
        case .integer, .number: 0
        case .string: 1
        case .bool: 2
        case .array: 3
        case .object: 4
        case .null: 5
        }
    }
}

extension AttributePath {
    fileprivate func orderValue(in entity: Entity) -> JSONValue? {
        if subAttributes.isEmpty, members.isEmpty {
            if attribute == "id" { return .string(entity.id.text) }
            if attribute == "type" { return entity.types.min().map(JSONValue.string) }
        }
        return targets(in: entity, { _ in nil }).first?.value
    }
}

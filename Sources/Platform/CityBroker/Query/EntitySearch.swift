import CityKernel
import CityPlaces
import CityStore

/// A query made ready: checked, its patterns compiled and its geometry prepared.
struct EntitySearch: Sendable {
    /// Entities that one step of a walk loads.
    private static let stepSize = 256

    let query: EntityQuery
    let matcher: EntityMatcher
    private let sorter: EntitySorter?

    /// - Throws: `Problem` for a page that is too large, a broken pattern or geometry.
    init(_ query: EntityQuery) throws(Problem) {
        guard (0...EntityQuery.limitMax).contains(query.limit), query.offset >= 0 else {
            throw Problem(
                .tooManyResults, title: "The page is too large",
                detail: "A page holds at most \(EntityQuery.limitMax) entities.",
                remedy: "Ask for fewer and follow the link to the next page.")
        }
        self.query = query
        matcher = try EntityMatcher(query)
        sorter = query.order.isEmpty ? nil : try EntitySorter(query.order)
    }

    func page(through reader: EntityReader) throws -> EntityPage {
        if let sorter { return try page(in: sorter, reader) }
        let candidates = try valueCandidates(reader)
        if let candidates, candidates.isExact, query.attributes.isEmpty, query.isSaidBySQL {
            return try page(ofExact: candidates.list, reader)
        }
        if candidates == nil, query.ids.isEmpty, query.geo == nil {
            guard let walk = try EntityWalk(query, reader) else {
                return EntityPage(entities: [], count: query.wantsCount ? 0 : nil)
            }
            if walk.isExact, query.isSaidBySQL { return try page(ofExact: walk, reader) }
        }
        var cut = PageCut(query)
        try forEachMatch(among: candidates?.list, through: reader) { entity in
            cut.add(entity)
            return !cut.isComplete
        }
        return EntityPage(
            entities: project(cut.entities), count: query.wantsCount ? cut.count : nil)
    }

    /// Few entities that fulfil one condition of the filter, of the asked types.
    private func valueCandidates(
        _ reader: EntityReader
    ) throws -> (list: [ValueProbe.Candidate], isExact: Bool)? {
        guard query.ids.isEmpty, query.geo == nil,
            let probe = try ValueProbe(query.filter, reader.names),
            let found = try probe.candidates(reader.connection)
        else { return nil }
        let typed = found.filter { candidate in
            query.types.isEmpty || query.types.contains(where: candidate.types.contains)
        }
        return (typed, probe.isExact)
    }

    /// The one condition says all.
    private func page(
        ofExact candidates: [ValueProbe.Candidate], _ reader: EntityReader
    ) throws -> EntityPage {
        let shown = candidates.dropFirst(query.offset).prefix(query.limit)
        return EntityPage(
            entities: try reader.entities(shown.map(\.key)),
            count: query.wantsCount ? candidates.count : nil)
    }

    /// SQL says all: it counts and cuts the page.
    private func page(ofExact walk: EntityWalk, _ reader: EntityReader) throws -> EntityPage {
        let count = query.wantsCount ? try walk.count(reader.connection) : nil
        guard query.limit > 0 else { return EntityPage(entities: [], count: count) }
        let keys = try walk.keys(
            limit: query.limit, offset: query.offset, through: reader.connection)
        return EntityPage(entities: project(try reader.entities(keys)), count: count)
    }

    /// All matches are put in order by what little of them is compared; the page is loaded then.
    private func page(in sorter: EntitySorter, _ reader: EntityReader) throws -> EntityPage {
        var ranks: [EntitySorter.Rank] = []
        try forEachMatch(among: try valueCandidates(reader)?.list, through: reader) { entity in
            guard ranks.count < EntityQuery.orderedMax else {
                throw Problem(
                    .tooManyResults, title: "Too many entities to put in order",
                    detail: "At most \(EntityQuery.orderedMax) entities are ordered.",
                    remedy: "Ask for fewer entities, or for the order of their ids.")
            }
            ranks.append(try sorter.rank(of: entity))
            return true
        }
        ranks.sort(by: sorter.isBefore)
        let page = try ranks.dropFirst(query.offset).prefix(query.limit).compactMap {
            try reader.entity($0.id)
        }
        return EntityPage(entities: project(page), count: query.wantsCount ? ranks.count : nil)
    }

    /// Matches in order of id, until `body` has enough.
    /// - Parameter candidates: all that can match, where they are few.
    private func forEachMatch(
        among candidates: [ValueProbe.Candidate]?, through reader: EntityReader,
        _ body: (Entity) throws -> Bool
    ) throws {
        let lookUp: QueryFilter.LookUp = { try reader.entity($0) }
        if let candidates {
            for entity in try reader.entities(candidates.map(\.key))
            where try matcher.matches(entity, lookUp) {
                guard try body(entity) else { return }
            }
        } else if !query.ids.isEmpty {
            for id in Set(query.ids).sorted() {
                if let entity = try reader.entity(id), try matcher.matches(entity, lookUp) {
                    guard try body(entity) else { return }
                }
            }
        } else if let geo = query.geo {
            for entity in try places(geo, reader, lookUp) {
                guard try body(entity) else { return }
            }
        } else if let walk = try EntityWalk(query, reader) {
            try forEachMatch(of: walk, reader, lookUp, body)
        }
    }

    /// SQL says a part: candidates are loaded and tested in order of id.
    private func forEachMatch(
        of walk: EntityWalk, _ reader: EntityReader, _ lookUp: QueryFilter.LookUp,
        _ body: (Entity) throws -> Bool
    ) throws {
        var last = ""
        while true {
            let step = try walk.keys(
                after: last, limit: Self.stepSize, through: reader.connection)
            for entity in try reader.entities(step.map(\.key))
            where try matcher.matches(entity, lookUp) {
                guard try body(entity) else { return }
            }
            guard step.count == Self.stepSize, let next = step.last?.id else { return }
            last = next
        }
    }

    private func places(
        _ geo: GeoQuery, _ reader: EntityReader, _ lookUp: QueryFilter.LookUp
    ) throws -> [Entity] {
        guard let name = try reader.names.find(geo.attribute) else { return [] }
        let keys = try PlaceStore.candidates(name, in: geo.cover, through: reader.connection)
        var found: [Entity] = []
        for entity in try reader.entities(keys.sorted())
        where try matcher.matches(entity, lookUp) {
            found.append(entity)
        }
        return found.sorted { $0.id < $1.id }
    }

    /// Only the attributes that were asked for.
    private func project(_ entities: [Entity]) -> [Entity] {
        guard !query.attributes.isEmpty else { return entities }
        let wanted = Set(query.attributes)
        return entities.map { entity in
            var copy = entity
            copy.attributes.removeAll { !wanted.contains($0.name) }
            return copy
        }
    }
}

/// Takes the asked page out of matches that come in order.
private struct PageCut {
    private let query: EntityQuery
    private(set) var entities: [Entity] = []
    private(set) var count = 0

    init(_ query: EntityQuery) { self.query = query }

    /// Counting needs every match; a page alone ends early.
    var isComplete: Bool { !query.wantsCount && entities.count >= query.limit }

    mutating func add(_ entity: Entity) {
        if count >= query.offset, entities.count < query.limit { entities.append(entity) }
        count += 1
    }
}

extension GeoQuery {
    /// Where matches can lie; `nil` for everywhere.
    fileprivate var cover: CellCover? {
        switch relation {
        case .near(_, let maximum?):
            if case .point(let centre) = geometry {
                CellCover(around: centre, radiusMetres: maximum)
            } else {
                nil
            }
        case .near(_, nil), .disjoint: nil
        case .within, .contains, .intersects, .equals, .overlaps: CellCover(geometry)
        }
    }

    var spatialRelation: SpatialRelation {
        switch relation {
        case .near(let minimum, let maximum): .near(minimum: minimum, maximum: maximum)
        case .within: .within
        case .contains: .contains
        case .intersects: .intersects
        case .equals: .equals
        case .disjoint: .disjoint
        case .overlaps: .overlaps
        }
    }
}

extension EntityQuery {
    /// Whether nothing but types, attributes and the filter is asked for, in order of id.
    fileprivate var isSaidBySQL: Bool {
        idPattern == nil && typeSelection == nil && selectors.isEmpty && scopes == nil
    }
}

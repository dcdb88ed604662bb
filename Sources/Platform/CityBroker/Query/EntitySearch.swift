import CityKernel
import CityPlaces
import CityStore

/// A query made ready: checked, its patterns compiled and its geometry prepared.
struct EntitySearch: Sendable {
    /// Entities that one step of a walk loads.
    private static let stepSize = 256

    let query: EntityQuery
    let matcher: EntityMatcher

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
    }

    func page(through reader: EntityReader) throws -> EntityPage {
        if !query.ids.isEmpty { return try page(ofIDs: reader) }
        if let geo = query.geo { return try page(ofPlaces: geo, reader) }
        guard let walk = try EntityWalk(query, reader) else {
            return EntityPage(entities: [], count: query.wantsCount ? 0 : nil)
        }
        let isExact = walk.isExact && query.idPattern == nil
        return try isExact ? page(ofExact: walk, reader) : page(ofWalk: walk, reader)
    }

    /// SQL says all: it counts and cuts the page.
    private func page(ofExact walk: EntityWalk, _ reader: EntityReader) throws -> EntityPage {
        let count = query.wantsCount ? try walk.count(reader.connection) : nil
        guard query.limit > 0 else { return EntityPage(entities: [], count: count) }
        let keys = try walk.keys(
            limit: query.limit, offset: query.offset, through: reader.connection)
        return EntityPage(entities: project(try reader.entities(keys)), count: count)
    }

    /// SQL says a part: candidates are loaded and tested in order of id.
    private func page(ofWalk walk: EntityWalk, _ reader: EntityReader) throws -> EntityPage {
        var cut = PageCut(query)
        var last = ""
        while !cut.isComplete {
            let step = try walk.keys(
                after: last, limit: Self.stepSize, through: reader.connection)
            for entity in try reader.entities(step.map(\.key)) where try matcher.matches(entity) {
                cut.add(entity)
            }
            guard step.count == Self.stepSize, let next = step.last?.id else { break }
            last = next
        }
        return page(cut)
    }

    private func page(ofIDs reader: EntityReader) throws -> EntityPage {
        var cut = PageCut(query)
        for id in Set(query.ids).sorted() {
            if let entity = try reader.entity(id), try matcher.matches(entity) { cut.add(entity) }
        }
        return page(cut)
    }

    private func page(ofPlaces geo: GeoQuery, _ reader: EntityReader) throws -> EntityPage {
        guard let name = try reader.names.find(geo.attribute) else {
            return EntityPage(entities: [], count: query.wantsCount ? 0 : nil)
        }
        let keys = try PlaceStore.candidates(
            name, in: geo.cover, through: reader.connection)
        var found: [Entity] = []
        for entity in try reader.entities(keys.sorted()) where try matcher.matches(entity) {
            found.append(entity)
        }
        var cut = PageCut(query)
        for entity in found.sorted(by: { $0.id < $1.id }) { cut.add(entity) }
        return page(cut)
    }

    private func page(_ cut: PageCut) -> EntityPage {
        EntityPage(entities: project(cut.entities), count: query.wantsCount ? cut.count : nil)
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

/// All conditions of a query on one entity, without a database.
struct EntityMatcher: Sendable {
    private let ids: Set<EntityID>
    private let types: [String]
    private let attributes: Set<String>
    private let idPattern: TextPattern?
    private let filter: QueryFilter?
    private let geo: (attribute: String, filter: SpatialFilter)?

    init(_ query: EntityQuery) throws(Problem) {
        ids = Set(query.ids)
        types = query.types
        attributes = Set(query.attributes)
        if let pattern = query.idPattern {
            idPattern = try TextPattern(pattern)
        } else {
            idPattern = nil
        }
        if let expression = query.filter {
            filter = try QueryFilter(expression)
        } else {
            filter = nil
        }
        if let geo = query.geo {
            self.geo = (geo.attribute, try SpatialFilter(geo.spatialRelation, geo.geometry))
        } else {
            geo = nil
        }
    }

    func matches(_ entity: Entity) throws(Problem) -> Bool {
        guard ids.isEmpty || ids.contains(entity.id),
            types.isEmpty || types.contains(where: entity.has(type:)),
            attributes.isEmpty
                || entity.attributes.contains(where: { attributes.contains($0.name) }),
            idPattern?.matches(entity.id.text) ?? true,
            filter?.matches(entity) ?? true
        else { return false }
        guard let geo else { return true }
        for named in entity.attributes where named.name == geo.attribute {
            if let place = named.attribute.geometry, try geo.filter.matches(place) { return true }
        }
        return false
    }
}

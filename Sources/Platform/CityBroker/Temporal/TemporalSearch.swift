import CityKernel
import CityStore

/// A query of the past made ready (§5.7.4): of which entities, and what of each.
struct TemporalSearch: Sendable {
    /// Entities that one step of a walk looks at.
    private static let stepSize = 256

    let query: EntityQuery
    let temporal: TemporalQuery
    private let heads: EntityMatcher
    private let conditions: EntityMatcher?

    /// - Throws: `Problem` for a page that is too large, a broken pattern or geometry.
    init(_ query: EntityQuery, _ temporal: TemporalQuery) throws(Problem) {
        guard (0...EntityQuery.limitMax).contains(query.limit), query.offset >= 0 else {
            throw Problem(
                .tooManyResults, title: "The page is too large",
                detail: "A page holds at most \(EntityQuery.limitMax) entities.",
                remedy: "Ask for fewer and follow the link to the next page.")
        }
        self.query = query
        self.temporal = temporal
        var whole = query
        whole.filter = nil
        whole.geo = nil
        whole.attributes = []
        whole.scopes = nil
        whole.order = []
        heads = try EntityMatcher(whole)
        guard query.filter != nil || query.geo != nil else {
            conditions = nil
            return
        }
        var inside = EntityQuery()
        inside.filter = query.filter
        inside.geo = query.geo
        conditions = try EntityMatcher(inside)
    }

    func page(through reader: EntityReader) throws -> TemporalPage {
        var cut = TemporalCut(
            countMax: temporal.instancesMax, isNewestFirst: temporal.isNewestFirst)
        var page = TemporalPage(entities: [], count: nil, hasMore: false, cutAt: nil)
        var count = 0
        try forEachHead(reader) { head in
            guard try heads.matches(head.entity, { _ in nil }) else { return true }
            let spans = try spans(of: head, reader)
            guard try hasAny(head, spans, reader) else { return true }
            if count >= query.offset, page.entities.count < query.limit {
                page.entities.append(try reader.temporal(head, temporal, spans: spans, &cut))
                cut.apply(to: &page.entities, isLast: false)
            } else if count >= query.offset + query.limit {
                page.hasMore = true
            }
            count += 1
            return query.wantsCount || !page.hasMore
        }
        if query.wantsCount { page.count = count }
        page.cutAt = cut.apply(to: &page.entities, isLast: true)
        return page
    }

    /// What of the asked time counts for an entity: that in which it lay in the asked scopes.
    private func spans(
        of head: EvolutionHead, _ reader: EntityReader
    ) throws -> [ClosedRange<Int64>] {
        let whole = temporal.property == .observedAt ? temporal.interval : .min ... .max
        guard let scopes = query.scopes else { return [whole] }
        let timeline = try reader.scopeTimeline(of: head)
        var spans: [ClosedRange<Int64>] = []
        for (index, change) in timeline.enumerated() {
            guard try !change.isDeletion && scopes.matches(change.scopes) else { continue }
            let isLast = index + 1 == timeline.count
            let end = isLast ? Int64.max : max(change.at, timeline[index + 1].at - 1)
            let held = change.at...end
            if held.overlaps(whole) { spans.append(held.clamped(to: whole)) }
        }
        return spans
    }

    /// Whether something is left to tell, and the conditions hold for what was told in that time.
    private func hasAny(
        _ head: EvolutionHead, _ spans: [ClosedRange<Int64>], _ reader: EntityReader
    ) throws -> Bool {
        if spans.isEmpty { return false }
        var asked = temporal
        asked.attributes = query.attributes
        asked.omitted = []
        let isTold = try reader.series(of: head, asked).contains { key in
            try !SeriesReader(
                key: key, query: asked, connection: reader.connection, spans: spans
            ).isEmpty()
        }
        guard isTold, let conditions else { return isTold }
        return try conditions.matches(told(head, spans, reader), { _ in nil })
    }

    /// The entity with every value of the asked time as an instance.
    private func told(
        _ head: EvolutionHead, _ spans: [ClosedRange<Int64>], _ reader: EntityReader
    ) throws -> Entity {
        var entity = head.entity
        var asked = temporal
        asked.attributes = []
        asked.omitted = []
        asked.datasets = nil
        asked.lastN = nil
        var scanned = 0
        for key in try reader.series(of: head, asked) {
            let name = try reader.names.name(of: key.name)
            let dataset =
                key.dataset == NameStore.none ? nil : try reader.names.name(of: key.dataset)
            try SeriesReader(
                key: key, query: asked, connection: reader.connection, spans: spans
            ).visitAll { instance, _ in
                scanned += 1
                guard scanned <= Self.conditionMax else { throw SeriesReader.tooMuch }
                if !instance.isDeletion {
                    entity.attributes.append(
                        NamedAttribute(name, try instance.attribute(datasetID: dataset)))
                }
                return true
            }
        }
        return entity
    }

    /// Values of one entity that are held in memory for a condition.
    private static let conditionMax = 200_000

    // MARK: - Candidates

    /// Present and deleted entities in order of id.
    private func forEachHead(
        _ reader: EntityReader, _ visit: (EvolutionHead) throws -> Bool
    ) throws {
        if !query.ids.isEmpty {
            let ids = Set(query.ids).sorted()
            for id in temporal.isLastIDFirst ? ids.reversed() : ids {
                guard let head = try reader.evolutionHead(id) else { continue }
                guard try visit(head) else { return }
            }
            return
        }
        let walk = TemporalWalk(types: query.types, isLastFirst: temporal.isLastIDFirst)
        var last: String?
        while true {
            let step = try walk.heads(after: last, limit: Self.stepSize, reader)
            for head in step.heads { guard try visit(head) else { return } }
            guard let next = step.next else { return }
            last = next
        }
    }
}

extension TemporalCut {
    /// Leaves out what the answer does not hold.
    /// - Parameter isLast: whether all instances are there; before, only memory is spared.
    @discardableResult
    fileprivate func apply(to entities: inout [TemporalEntity], isLast: Bool) -> Timestamp? {
        guard isLast else {
            let count = entities.reduce(0) { $0 + $1.instanceCount }
            if count > 4 * countMax { entities.keepInstances { mayHold($0) } }
            return nil
        }
        guard let end = end() else { return nil }
        let isNewestFirst = isNewestFirst
        entities.keepInstances { isNewestFirst ? $0 >= end : $0 <= end }
        return Timestamp(microseconds: end)
    }
}

extension TemporalEntity {
    fileprivate var instanceCount: Int { series.reduce(0) { $0 + $1.instances.count } }
}

extension [TemporalEntity] {
    fileprivate mutating func keepInstances(_ isKept: (Int64) -> Bool) {
        for entity in indices {
            for series in self[entity].series.indices {
                self[entity].series[series].instances.removeAll { !isKept($0.time) }
            }
        }
    }
}

import CityBroker
import CityKernel

/// One entity and whom it is asked of (§5.7.1).
struct SourceRetrieval: Sendable {
    private let federation: Federation
    private let hop: SourceHop
    private let id: EntityID
    private let plan: ReadingPlan
    private let holders: [String]?

    /// - Parameters:
    ///   - types: empty when they are not known.
    ///   - attributes: those asked for; empty for all.
    ///   - holders: only these registrations are asked; `nil` for all.
    init(
        federation: Federation, hop: SourceHop, id: EntityID, types: [String],
        attributes: Set<String>, among registrations: [ReadyRegistration], holders: [String]? = nil
    ) {
        self.federation = federation
        self.hop = hop
        self.id = id
        self.holders = holders
        plan = ReadingPlan(
            [.retrieveEntity, .queryEntity, .queryBatch], of: id, types: types,
            attributes: attributes, among: registrations.excluding(hop.passedBy))
    }

    /// Nobody is asked for what comes back in a circle.
    private var parts: [WritePlan.Part] {
        hop.isLoop
            ? [] : plan.parts.filter { holders?.contains($0.registration.id) ?? true }
    }

    var asksSomebody: Bool { !parts.isEmpty }

    /// What is known of it and by whom.
    struct Found {
        /// What all know of it together; `nil` when nobody knows it.
        var entity: Entity?
        /// The city as `EntityMap.city`, sources by the ids of their registrations.
        var holders: [String]
        var warnings: SourceWarnings
    }

    func entity(besides local: Entity?) async -> Found {
        var warnings = SourceWarnings()
        let outcomes = await federation.send(parts.map(forwarded))
        let own = local.flatMap(plan.held)
        var merge = EntityMerge(own)
        var holders = own == nil ? [] : [EntityMap.city]
        for (part, outcome) in zip(parts, outcomes) {
            let codec = SourceCodec(hop.words(for: part.registration), hop.request.library)
            let found = outcome.read(part.registration, &warnings) {
                bytes throws(SourceFailure) -> [Entity] in
                try codec.entities(bytes, of: part.registration)
            }
            guard let found = found?.first(where: { $0.id == id }) else { continue }
            holders.append(part.registration.id)
            if part.registration.mode == .auxiliary {
                merge.fill(from: found)
            } else {
                merge.add(found)
            }
        }
        return Found(entity: merge.entity, holders: holders, warnings: warnings)
    }

    /// Whoever does not retrieve by id may be asked for the same by a query.
    private func forwarded(_ part: WritePlan.Part) -> SourceRequest {
        let registration = part.registration
        guard registration.operations.contains(.retrieveEntity), registration.ngsiv2 == nil else {
            let query = RemoteQuery(id, part, hop.context)
            return registration.operations.contains(.queryEntity)
                ? query.get(registration, limit: 1, hop)
                : query.post(registration, limit: 1, hop)
        }
        let words = hop.words(for: registration)
        var query: [String] = []
        if let names = part.attributes {
            query.append(
                "attrs=" + names.map(words.term).sorted().joined(separator: ",").urlEscaped)
        }
        query.append("options=sysAttrs")
        if registration.management.isLocalOnly { query.append("local=true") }
        let target =
            "\(NGSILDPath.root)/entities/\(id.text.urlEscaped)?" + query.joined(separator: "&")
        return hop.dressed(registration, .get, target)
    }
}

extension RemoteQuery {
    /// One entity of the types that the source has registered.
    fileprivate init(_ id: EntityID, _ part: WritePlan.Part, _ context: LDContext) {
        let types = part.registration.information.flatMap(\.selectors).flatMap(\.types)
        let terms = Set(types).map(context.term).sorted()
        self.init(
            selectors: [
                Selector(type: terms.isEmpty ? nil : terms.joined(separator: ","), ids: [id])
            ],
            attributes: part.attributes?.sorted() ?? [], context: context)
    }
}

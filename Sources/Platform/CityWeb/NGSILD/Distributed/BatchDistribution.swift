import CityBroker
import CityKernel
import CityStore
import HTTPTypes
import Hummingbird

/// A batch of changes by all who hold the entities (§5.6.7 to §5.6.10, §5.6.20): each source gets
/// one batch of what concerns it, or its entities one by one when it takes no batches.
struct BatchDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor
    let operation: RegistrationOperation

    /// What one of the entities comes to.
    private struct Item {
        var id: String
        var plan: WritePlan
        var document: NGSILDRequest.Document
    }

    /// What one source is sent, whole or entity by entity.
    struct Parcel {
        var registration: Registration
        var ids: [String] = []
        var bodies: [JSONValue] = []
        /// Contexts may differ from entity to entity; each parcel has one.
        var context: LDContext
    }

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let request = try await request.buffered()
        let alias = try await federation.ownAlias()
        let documents = try await request.documents()
        let hop = SourceHop(
            request: request, context: Self.context(of: documents), alias: alias)
        let items = try await items(
            documents, registrations.excluding(hop.passedBy),
            or: BatchTakenApart.alternative(to: operation, request))
        guard items.contains(where: \.plan.concernsSources), !hop.isLoop else {
            return try await door.answer(request, source)
        }
        var result = BatchResult(ids: items.map(\.id))
        try await local(items, request, source, &result)
        for item in items {
            for part in item.plan.refusals { result.fail(item.id, .refusal(part.registration)) }
        }
        let parcels = Self.parcels(items)
        let whole = parcels.filter { $0.registration.operations.contains(operation) }
        let outcomes = await federation.send(whole.map { parcel in forwarded(parcel, hop) })
        for (parcel, outcome) in zip(whole, outcomes) {
            result.take(parcel.ids, .source(parcel.registration, outcome), outcome)
        }
        let apart = parcels.filter { !$0.registration.operations.contains(operation) }
        let singles = BatchTakenApart(federation: federation, operation: operation, hop: hop)
        for (id, registration, outcome) in await singles.send(apart) {
            result.take([id], .source(registration, outcome), outcome)
        }
        return result.answer(operation)
    }

    private static func context(of documents: [NGSILDRequest.BatchDocument]) -> LDContext {
        guard case .success(let context)? = documents.first?.readable else { return .core }
        return context
    }

    private func items(
        _ documents: [NGSILDRequest.BatchDocument], _ registrations: [ReadyRegistration],
        or alternative: Set<RegistrationOperation>
    ) async throws -> [Item] {
        var items: [Item] = []
        for document in documents {
            switch document.readable {
            case .success(let context):
                let document = NGSILDRequest.Document(json: document.json, context: context)
                items.append(try await item(document, registrations, or: alternative))
            case .failure:
                // Without its context it is the city's to refuse.
                let unread = NGSILDRequest.Document(json: document.json, context: .core)
                items.append(
                    Item(id: document.json["id"]?.string ?? "", plan: .nobody, document: unread))
            }
        }
        return items
    }

    private func item(
        _ document: NGSILDRequest.Document, _ registrations: [ReadyRegistration],
        or alternative: Set<RegistrationOperation>
    ) async throws -> Item {
        let text = document.json.string ?? document.json["id"]?.string ?? ""
        // What cannot be read is the city's to refuse.
        guard let id = EntityID(text) else {
            return Item(id: text, plan: .nobody, document: document)
        }
        if operation == .deleteBatch {
            let types = try await federation.broker.entity(id)?.types ?? []
            let plan = WritePlan(
                operation, of: id, types: types, attributes: nil, or: alternative,
                among: registrations)
            return Item(id: text, plan: plan, document: document)
        }
        guard let fragment = try? NGSILDCodec(document.context).fragment(document.json) else {
            return Item(id: text, plan: .nobody, document: document)
        }
        var types = fragment.types
        if types.isEmpty { types = try await federation.broker.entity(id)?.types ?? [] }
        let plan = WritePlan(
            operation, of: id, types: types, attributes: fragment.names, or: alternative,
            among: registrations)
        return Item(id: text, plan: plan, document: document)
    }

    // MARK: - The city's part

    private func local(
        _ items: [Item], _ request: NGSILDRequest, _ source: String, _ result: inout BatchResult
    ) async throws {
        var bodies: [JSONValue] = []
        for item in items {
            switch item.plan.local {
            case nil: continue
            case .everything?: bodies.append(item.document.json)
            case .attributes(let names)?:
                bodies.append(item.document.reduced(to: names, keepsContext: true))
            }
        }
        guard !bodies.isEmpty else { return }
        let response = try await door.answer(
            request.with(body: JSONValue.array(bodies).bytes), source)
        let bytes = try await response.collected()
        result.takeOwn(response.status.code, bytes.isEmpty ? nil : try JSONValue(parsing: bytes))
    }

    // MARK: - The sources' parts

    private static func parcels(_ items: [Item]) -> [Parcel] {
        var parcels: [Parcel] = []
        for item in items {
            for part in item.plan.parts {
                let body =
                    item.document.json.string.map(JSONValue.string)
                    ?? item.document.reduced(to: part.attributes, keepsContext: false)
                let index = parcels.firstIndex {
                    $0.registration.id == part.registration.id
                        && $0.context == item.document.context
                }
                if let index {
                    parcels[index].ids.append(item.id)
                    parcels[index].bodies.append(body)
                } else {
                    parcels.append(
                        Parcel(
                            registration: part.registration, ids: [item.id], bodies: [body],
                            context: item.document.context))
                }
            }
        }
        return parcels
    }

    private func forwarded(_ parcel: Parcel, _ hop: SourceHop) -> SourceRequest {
        var query = hop.request.query(without: ["local"])
        if parcel.registration.management.isLocalOnly { query.append("local=true") }
        var target = "\(NGSILDPath.root)/\(door.path)"
        if !query.isEmpty { target += "?" + query.joined(separator: "&") }
        let own = SourceHop(request: hop.request, context: parcel.context, alias: hop.alias)
        return own.dressed(parcel.registration, .post, target, body: .array(parcel.bodies))
    }
}

extension WritePlan {
    /// The city alone.
    fileprivate static var nobody: WritePlan {
        WritePlan(
            .createBatch, of: EntityID(type: "Nobody", name: "0"), types: [], attributes: nil,
            among: [])
    }
}

/// What became of each entity of a batch.
private struct BatchResult {
    private let ids: [String]
    private var errors: [(id: String, outcome: PartialOutcome)] = []
    private var failed: Set<String> = []
    private var created: Set<String> = []

    init(ids: [String]) { self.ids = ids }

    mutating func fail(_ id: String, _ outcome: PartialOutcome) {
        errors.append((id, outcome))
        failed.insert(id)
    }

    /// The city's own answer: a list of what was created, nothing, or who was refused.
    mutating func takeOwn(_ status: Int, _ json: JSONValue?) {
        if let list = json?.array { created.formUnion(list.compactMap(\.string)) }
        for item in json?["errors"]?.array ?? [] {
            fail(
                item["entityId"]?.string ?? "",
                PartialOutcome(registrationID: nil, status: status, problem: item["error"]))
        }
    }

    mutating func take(
        _ ids: [String], _ outcome: PartialOutcome, _ reply: SourceClient.Outcome
    ) {
        if outcome.isSuccess {
            if outcome.status == 201 { created.formUnion(ids) }
            return
        }
        // A reply that cannot be read names nobody: all of its entities are refused.
        guard case .success(let reply) = reply, reply.status == SourceReply.multiStatus,
            let json = try? JSONValue(parsing: reply.body)
        else {
            for id in ids { fail(id, outcome) }
            return
        }
        for item in json["errors"]?.array ?? [] {
            var own = outcome
            own.problem = item["error"] ?? .null
            fail(item["entityId"]?.string ?? "", own)
        }
    }

    func answer(_ operation: RegistrationOperation) -> Response {
        if !errors.isEmpty {
            let success = ids.filter { !failed.contains($0) }
            return NGSILDAnswer.multiStatus(
                CombinedOutcome.json(success: success, errors: errors))
        }
        switch operation {
        case .createBatch: return created(ids)
        case .upsertBatch where !created.isEmpty: return created(ids.filter(created.contains))
        default: return NGSILDAnswer.noContent
        }
    }

    private func created(_ ids: [String]) -> Response {
        NGSILDAnswer.plain(.array(ids.map(JSONValue.string)), status: .created)
    }
}

import CityBroker
import CityKernel

/// A batch for a source that takes no batches: each entity by itself.
struct BatchTakenApart: Sendable {
    let federation: Federation
    let operation: RegistrationOperation
    let hop: SourceHop

    /// Operations that together do for one entity what the batch does; all of them are needed.
    static func alternative(
        to operation: RegistrationOperation, _ request: NGSILDRequest
    ) -> Set<RegistrationOperation> {
        switch operation {
        case .createBatch: [.createEntity]
        case .upsertBatch:
            request.options.contains("update")
                ? [.createEntity, .appendAttrs] : [.createEntity, .replaceEntity]
        case .updateBatch: [.appendAttrs]
        case .mergeBatch: [.mergeEntity]
        case .deleteBatch: [.deleteEntity]
        default: []
        }
    }

    private struct Single {
        var id: String
        var registration: Registration
        var body: JSONValue
        var context: LDContext
    }

    /// - Returns: what became of each entity.
    func send(
        _ parcels: [BatchDistribution.Parcel]
    ) async -> [(id: String, registration: Registration, outcome: SourceClient.Outcome)] {
        let singles = parcels.flatMap { parcel in
            zip(parcel.ids, parcel.bodies).map { id, body in
                Single(
                    id: id, registration: parcel.registration, body: body,
                    context: parcel.context)
            }
        }
        if singles.isEmpty { return [] }
        var outcomes = await federation.send(singles.map { first($0) })
        if operation == .upsertBatch {
            // Who is there already is changed instead.
            let present = outcomes.indices.filter { outcomes[$0].isPresentAlready }
            let again = await federation.send(present.map { second(singles[$0]) })
            for (index, outcome) in zip(present, again) { outcomes[index] = outcome }
        }
        return zip(singles, outcomes).map { ($0.id, $0.registration, $1) }
    }

    private func first(_ single: Single) -> SourceRequest {
        let one = "entities/" + single.id.urlEscaped
        return switch operation {
        case .updateBatch: request(single, .post, one + "/attrs/", isFragment: true)
        case .mergeBatch: request(single, .patch, one, isFragment: true)
        case .deleteBatch: request(single, .delete, one)
        default: request(single, .post, "entities")
        }
    }

    private func second(_ single: Single) -> SourceRequest {
        let one = "entities/" + single.id.urlEscaped
        return hop.request.options.contains("update")
            ? request(single, .post, one + "/attrs/", isFragment: true)
            : request(single, .put, one)
    }

    private func request(
        _ single: Single, _ method: SourceRequest.Method, _ path: String, isFragment: Bool = false
    ) -> SourceRequest {
        var body: JSONValue? = method == .delete ? nil : single.body
        if isFragment, var object = single.body.object {
            for key in ["id", "@id"] { object[key] = nil }
            body = .object(object)
        }
        var query: [String] = []
        if operation == .updateBatch, hop.request.options.contains("noOverwrite") {
            query.append("options=noOverwrite")
        }
        if single.registration.management.isLocalOnly { query.append("local=true") }
        let text = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        let own = SourceHop(request: hop.request, context: single.context, alias: hop.alias)
        return own.dressed(
            single.registration, method, "\(NGSILDPath.root)/\(path)\(text)", body: body)
    }
}

import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// The deletion of everything that meets a query, by all who hold it (§5.6.21).
struct PurgeDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let context = try request.linkedContext()
        let scope = try RegistrationScope(request, context)
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let own = try await door.answer(request, source)
        if hop.isLoop { return own }
        var asked: [Registration] = []
        for ready in registrations.excluding(hop.passedBy)
        where ready.registration.operations.contains(.purgeEntity) {
            if try ready.match(scope) != nil { asked.append(ready.registration) }
        }
        if asked.isEmpty { return own }
        let outcomes = await federation.send(asked.map { forwarded($0, hop) })
        let parts = zip(asked, outcomes).map { registration, outcome in
            PartialOutcome.source(registration, outcome)
        }
        // A source that holds nothing of it has nothing left to delete.
        let failures = parts.filter { !$0.isSuccess && $0.status != SourceReply.notFound }
        if failures.isEmpty { return own }
        return NGSILDAnswer.multiStatus(
            CombinedOutcome.json(
                success: [], errors: failures.map { ($0.registrationID ?? "", $0) }))
    }

    private func forwarded(_ registration: Registration, _ hop: SourceHop) -> SourceRequest {
        var query = hop.request.query(without: ["local"])
        if registration.management.isLocalOnly { query.append("local=true") }
        let target = "\(NGSILDPath.root)/entities?" + query.joined(separator: "&")
        return hop.dressed(registration, .delete, target)
    }
}

import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/info/sourceIdentity` (§6.33): how this city is known to its neighbours.
struct SourceIdentityDoors: NGSILDDoors {
    let federation: Federation

    var doors: [NGSILDDoor] {
        [NGSILDDoor(.get, "info/sourceIdentity", .read, identity)]
    }

    @Sendable private func identity(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let alias = try await federation.ownAlias()
        return answer.document([
            "id": .string("urn:ngsi-ld:ContextSourceIdentity:\(alias)"),
            "type": "ContextSourceIdentity",
            "contextSourceAlias": .string(alias),
            "contextSourceUptime": .string(ISODuration.text(federation.uptime)),
            "contextSourceTimeAt": .string(federation.broker.now.iso8601),
        ])
    }
}

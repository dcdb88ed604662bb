import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// The names of types or attributes in use, here and at sources (§5.7.5, §5.7.8). Details are those
/// of the city's own data.
struct DiscoveryDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let own = try await door.answer(request, source)
        let context = try request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let isTypes = door.path == "types"
        let operation: RegistrationOperation = isTypes ? .retrieveEntityTypes : .retrieveAttrTypes
        let asked = registrations.excluding(hop.passedBy).map(\.registration).filter {
            $0.operations.contains(operation)
        }
        if asked.isEmpty || hop.isLoop || request.filled("details") == "true" { return own }
        let outcomes = await federation.send(
            asked.map { registration in
                let local = registration.management.isLocalOnly ? "?local=true" : ""
                return hop.dressed(registration, .get, "\(NGSILDPath.root)/\(door.path)\(local)")
            })
        let member = isTypes ? "typeList" : "attributeList"
        var warnings = SourceWarnings()
        var names: Set<String> = []
        for (registration, outcome) in zip(asked, outcomes) {
            let words = hop.words(for: registration)
            let found = outcome.read(registration, &warnings) {
                bytes throws(SourceFailure) -> [String] in
                guard let json = try? JSONValue(parsing: bytes), let list = json[member]?.array
                else { throw .unreadable }
                return list.compactMap(\.string).map(words.name)
            }
            names.formUnion(found ?? [])
        }
        return warnings.added(to: try await joined(own, member, names, context))
    }

    private func joined(
        _ own: Response, _ member: String, _ names: Set<String>, _ context: LDContext
    ) async throws -> Response {
        var response = own
        let bytes = try await response.collected()
        guard var object = try JSONValue(parsing: bytes).object else { return response }
        let known = Set((object[member]?.array ?? []).compactMap(\.string))
        let all = known.union(names.map(context.term))
        object[member] = .array(all.sorted().map(JSONValue.string))
        response.body = .init(byteBuffer: .init(bytes: JSONValue.object(object).bytes))
        return response
    }
}

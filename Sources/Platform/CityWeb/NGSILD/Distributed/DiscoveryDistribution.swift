import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// Types and attributes in use, here and at sources: their names, their details, or one of them
/// (§5.7.5 to §5.7.10). An entity that several hold counts once for each.
struct DiscoveryDistribution: Sendable {
    let federation: Federation
    let door: NGSILDDoor

    @Sendable func answer(
        _ request: NGSILDRequest, _ source: String, _ registrations: [ReadyRegistration]
    ) async throws -> Response {
        let context = try request.linkedContext()
        let hop = SourceHop(
            request: request, context: context, alias: try await federation.ownAlias())
        let asked = registrations.excluding(hop.passedBy).map(\.registration).filter {
            $0.operations.contains(operation(request))
        }
        if asked.isEmpty || hop.isLoop { return try await door.answer(request, source) }
        var found = DiscoveryMerge(context)
        var own: Response?
        do {
            let response = try await door.answer(request, source)
            own = response
            found.add(try JSONValue(parsing: try await response.collected()), in: context)
        } catch let problem as Problem where problem.kind == .notFound {
            // Others may use the name.
        }
        let outcomes = await federation.send(
            try asked.map { registration in
                hop.dressed(registration, .get, try target(request, registration, hop))
            })
        var warnings = SourceWarnings()
        for (registration, outcome) in zip(asked, outcomes) {
            let reply = outcome.read(registration, &warnings) {
                bytes throws(SourceFailure) -> JSONValue in
                guard let json = try? JSONValue(parsing: bytes) else { throw .unreadable }
                return json
            }
            if let reply { found.add(reply, in: hop.words(for: registration)) }
        }
        guard let json = found.json else {
            let problem = Problem(
                .notFound, title: "The name is not in use",
                detail: "Neither this city nor a source has it now.")
            return warnings.added(to: problem.jsonResponse)
        }
        let answer = try NGSILDAnswer(to: request.request, under: context)
        var response = answer.document(json)
        if let own { response.status = own.status }
        return warnings.added(to: response)
    }

    private func operation(_ request: NGSILDRequest) -> RegistrationOperation {
        let isDetailed = request.filled("details") == "true"
        return switch door.path {
        case "types": isDetailed ? .retrieveEntityTypeDetails : .retrieveEntityTypes
        case "types/{name}": .retrieveEntityTypeInfo
        case "attributes": isDetailed ? .retrieveAttrTypeDetails : .retrieveAttrTypes
        default: .retrieveAttrTypeInfo
        }
    }

    private func target(
        _ request: NGSILDRequest, _ registration: Registration, _ hop: SourceHop
    ) throws -> String {
        var path = door.path
        if path.hasSuffix("{name}") {
            let name = hop.context.name(of: try request.pathText("name"))
            let term = hop.words(for: registration).term(for: name).urlEscaped
            path = path.replacing("{name}", with: term)
        }
        var query: [String] = []
        if request.filled("details") == "true" { query.append("details=true") }
        if registration.management.isLocalOnly { query.append("local=true") }
        let text = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        return "\(NGSILDPath.root)/\(path)\(text)"
    }
}

/// Lists of names, or descriptions of types and attributes, put together in the words of one context.
struct DiscoveryMerge {
    private let context: LDContext
    private(set) var json: JSONValue?

    init(_ context: LDContext) { self.context = context }

    mutating func add(_ reply: JSONValue, in words: LDContext) {
        let said = said(reply, words)
        json = json.map { Self.joined($0, said) } ?? said
    }

    private static let names: Set<String> = [
        "typeList", "attributeList", "typeName", "attributeName", "attributeNames", "typeNames",
    ]

    private func said(_ json: JSONValue, _ words: LDContext) -> JSONValue {
        if let items = json.array { return .array(items.map { said($0, words) }) }
        guard let object = json.object else { return json }
        var copy = JSONObject()
        for (key, value) in object where key != "@context" {
            switch key {
            case _ where Self.names.contains(key): copy.append(key, renamed(value, words))
            case "attributeDetails": copy.append(key, said(value, words))
            default: copy.append(key, value)
            }
        }
        let name = object["typeName"]?.string ?? object["attributeName"]?.string
        if let name { copy["id"] = .string(LDContext.iri(ofName: words.name(of: name))) }
        return .object(copy)
    }

    private func renamed(_ json: JSONValue, _ words: LDContext) -> JSONValue {
        if let items = json.array { return .array(items.map { renamed($0, words) }) }
        return json.string.map { .string(context.term(for: words.name(of: $0))) } ?? json
    }

    private static func joined(_ mine: JSONValue, _ theirs: JSONValue) -> JSONValue {
        if let items = mine.array, let others = theirs.array {
            return .array(joined(items, others))
        }
        guard var object = mine.object, let other = theirs.object else { return mine }
        for (key, value) in other {
            switch (object[key], value) {
            case (nil, _): object[key] = value
            case (.array(let items)?, .array(let others)):
                object[key] = .array(joined(items, others))
            case (.integer(let count)?, .integer(let more)): object[key] = .integer(count + more)
            default: break
            }
        }
        return .object(object)
    }

    /// Texts in their order, each once; descriptions by what they describe.
    private static func joined(_ mine: [JSONValue], _ theirs: [JSONValue]) -> [JSONValue] {
        if mine.allSatisfy({ $0.string != nil }), theirs.allSatisfy({ $0.string != nil }) {
            return Set((mine + theirs).compactMap(\.string)).sorted().map(JSONValue.string)
        }
        var all = mine
        for item in theirs {
            if let index = all.firstIndex(where: { $0["id"] == item["id"] }) {
                all[index] = joined(all[index], item)
            } else {
                all.append(item)
            }
        }
        return all
    }
}

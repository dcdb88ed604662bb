package import CityKernel

/// Registrations of NGSIv2: sources that speak NGSIv2. The document stands beside its translation, so
/// that it is read back as it was written.
package enum NGSIv2RegistrationCodec {
    /// Where the document stands in the stored one.
    static let member = "ngsi-v2"
    static let prefix = "urn:ngsi-v2:registration:"

    /// The id inside the city of one that NGSIv2 shows.
    package static func id(of text: String) -> String { prefix + text }

    package static func text(ofID id: String) -> String {
        id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
    }

    // MARK: - Reading

    /// What a source is asked for (`supportedForwardingMode`).
    private enum Forwarding: String {
        case all, query, update, none
    }

    /// - Throws: `Problem` of kind `badRequestData`.
    package static func registration(
        _ json: JSONValue, id: String, service: String? = nil, servicePath: String? = nil
    ) throws(Problem) -> Registration {
        guard let document = json.object else {
            throw .badData("the registration is not a JSON object")
        }
        guard let provided = document["dataProvided"]?.object else {
            throw .badData("dataProvided field is missing in registration")
        }
        let selectors = try selectors(provided["entities"])
        let attributes = try NGSIv2SubscriptionReader.names(provided["attrs"], "attrs")
        let endpoint = try endpoint(document["provider"])
        let forwarding = try forwarding(document)
        guard let entityID = EntityID(id) else { throw .badData("invalid registration id") }
        var registration = Registration(
            id: id, mode: .inclusive,
            information: [.init(selectors: selectors, attributes: Set(attributes))],
            operations: operations(forwarding), endpoint: endpoint, sourceInfo: [],
            management: .init(), expiresAt: try expiry(document["expires"]), scopes: [],
            properties: Entity(id: entityID, types: ["ContextSourceRegistration"]),
            context: .core, document: JSONObject())
        registration.ngsiv2 = .init(
            document: document, service: service, servicePath: servicePath,
            takesUpdates: forwarding == .all || forwarding == .update)
        registration.document = translation(of: registration)
        return registration
    }

    private static func selectors(
        _ json: JSONValue?
    ) throws(Problem) -> [Registration.Selector] {
        guard let list = json?.array, !list.isEmpty else {
            throw .badData("entities field is missing in registration, or empty")
        }
        guard list.count <= RegistrationCodec.namesMax else {
            throw .badData("a registration has at most \(RegistrationCodec.namesMax) entities")
        }
        var selectors: [Registration.Selector] = []
        for item in list {
            let found = try NGSIv2Selector.read(item, "dataProvided")
            if found.typePattern != nil {
                throw Problem(
                    .notSupported, title: "Patterns of types are not supported here",
                    detail: "typePattern in registrations is not supported",
                    remedy: "Write one entity for each type, or typePattern .*.")
            }
            selectors.append(
                Registration.Selector(
                    id: found.ids.first, idPattern: found.idPattern,
                    types: found.types?.candidates ?? []))
        }
        return selectors
    }

    private static func endpoint(_ provider: JSONValue?) throws(Problem) -> String {
        guard let provider = provider?.object else {
            throw .badData("provider field is missing in registration")
        }
        guard var url = provider["http"]?["url"]?.string, url.hasPrefix("http"),
            EntityID.isURI(url)
        else { throw .badData("url field is missing in http provider, or not an address") }
        if provider["legacyForwarding"]?.bool == true {
            throw Problem(
                .notSupported, title: "Legacy forwarding is not supported",
                detail: "NGSIv1 is spoken no more", remedy: "Leave legacyForwarding out.")
        }
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    private static func forwarding(_ document: JSONObject) throws(Problem) -> Forwarding {
        let word = document["provider"]?["supportedForwardingMode"] ?? "all"
        guard let mode = word.string.flatMap(Forwarding.init) else {
            throw .badData("supportedForwardingMode is all, query, update or none")
        }
        switch document["status"]?.string {
        case nil, "active": return mode
        case "inactive": return .none
        default: throw .badData("status is active or inactive")
        }
    }

    private static func operations(_ forwarding: Forwarding) -> Set<RegistrationOperation> {
        switch forwarding {
        case .all, .query: [.retrieveEntity, .queryEntity, .queryBatch]
        case .update, .none: []
        }
    }

    private static func expiry(_ json: JSONValue?) throws(Problem) -> Timestamp? {
        guard let text = json?.string, !text.isEmpty else { return nil }
        guard let time = NGSIv2Value.time(text) else {
            throw .badData("expires has an invalid format")
        }
        return time
    }

    // MARK: - Stored

    /// What NGSI-LD shows of it.
    private static func translation(of registration: Registration) -> JSONObject {
        let part = registration.information[0]
        var information = JSONObject([
            (
                "entities",
                .array(
                    part.selectors.map { selector in
                        NGSIv2Selector.translated(
                            EntitySelector(
                                types: selector.types.first.map { .type($0) },
                                ids: selector.id.map { [$0] } ?? [],
                                idPattern: selector.idPattern))
                    })
            )
        ])
        if !part.attributes.isEmpty {
            information.append(
                "propertyNames", .array(part.attributes.sorted().map(JSONValue.string)))
        }
        var object = JSONObject([
            ("id", .string(registration.id)), ("type", "ContextSourceRegistration"),
        ])
        if let text = registration.ngsiv2?.document["description"]?.string {
            object.append("description", .string(text))
        }
        object.append("information", [.object(information)])
        object.append("endpoint", .string(registration.endpoint))
        object.append(
            "operations",
            .array(registration.operations.map(\.rawValue).sorted().map(JSONValue.string)))
        if let expiry = registration.expiresAt {
            object.append("expiresAt", .string(expiry.iso8601))
        }
        if let ngsiv2 = registration.ngsiv2 { object.append(member, ngsiv2.kept) }
        return object
    }

    static func registration(kept json: JSONValue, id: String) throws(Problem) -> Registration {
        try registration(
            json["document"] ?? .null, id: id, service: json["service"]?.string,
            servicePath: json["servicePath"]?.string)
    }

    /// The registration as NGSIv2 shows it; `nil` for one that was made otherwise.
    package static func json(_ stored: StoredRegistration, at now: Timestamp) -> JSONValue? {
        guard let document = stored.registration.ngsiv2?.document else { return nil }
        var object = JSONObject([
            ("id", .string(text(ofID: stored.registration.id)))
        ])
        for (key, value) in document where key != "id" { object[key] = value }
        var provided = object["dataProvided"]?.object ?? JSONObject()
        if provided["attrs"] == nil { provided["attrs"] = [] }
        object["dataProvided"] = .object(provided)
        var provider = object["provider"]?.object ?? JSONObject()
        for (key, value) in [("supportedForwardingMode", "all"), ("legacyForwarding", false)]
            as [(String, JSONValue)]
        where provider[key] == nil { provider[key] = value }
        object["provider"] = .object(provider)
        let isOver = !stored.registration.isActive(at: now)
        object["status"] = isOver ? "expired" : document["status"] ?? "active"
        return .object(object)
    }
}

extension Registration {
    /// How a source that speaks NGSIv2 is spoken to.
    package struct NGSIv2: Sendable, Hashable {
        package var document: JSONObject
        package var service: String?
        package var servicePath: String?
        package var takesUpdates: Bool

        var kept: JSONValue {
            var object = JSONObject([("document", .object(document))])
            if let service { object.append("service", .string(service)) }
            if let servicePath { object.append("servicePath", .string(servicePath)) }
            return .object(object)
        }
    }
}

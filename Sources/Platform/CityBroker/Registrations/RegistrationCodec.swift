package import CityKernel

/// Context source registrations as NGSI-LD documents.
package struct RegistrationCodec: Sendable {
    /// The document's own names are read and written under it.
    package let context: LDContext

    package init(_ context: LDContext = .core) { self.context = context }

    /// Entities, attributes and header fields that one registration may name.
    static let namesMax = 1_000

    /// Members with a meaning of their own; all others are properties of the source.
    static let ownMembers: Set<String> = [
        "id", "type", "@context", "registrationName", "description", "information", "tenant",
        "observationInterval", "managementInterval", "location", "observationSpace",
        "operationSpace", "expiresAt", "endpoint", "contextSourceInfo", "scope", "mode",
        "operations", "refreshRate", "management", "contextSourceAlias", "createdAt",
        "modifiedAt", "status", "timesSent", "timesFailed", "lastSuccess", "lastFailure",
        "localOnly",
    ]

    /// Own members that a context source filter may ask for like properties.
    static let queriedMembers = [
        "endpoint", "registrationName", "description", "mode", "refreshRate",
        "contextSourceAlias",
    ]

    /// - Parameters:
    ///   - id: the id to use when the document has none.
    ///   - now: `expiresAt` must lie after it.
    /// - Throws: `Problem` of kind `badRequestData` with a JSON pointer.
    package func registration(
        _ json: JSONValue, id: String, now: Timestamp
    ) throws(Problem) -> Registration {
        guard var document = json.object else {
            throw .badData("a registration is a JSON object", at: "/")
        }
        let type = document["type"] ?? document["@type"]
        guard type?.string == "ContextSourceRegistration" else {
            throw .badData("the type must be ContextSourceRegistration", at: "/type")
        }
        let written = document["id"] ?? document["@id"] ?? .string(id)
        guard let ownID = written.string, EntityID.isURI(ownID) else {
            throw .badData("an id is an absolute URI", at: "/id")
        }
        let unwritten = ["@context", "@id", "@type", "createdAt", "modifiedAt", "status"]
        for key in unwritten + [NGSIv2RegistrationCodec.member] {
            document[key] = nil
        }
        document["id"] = .string(ownID)
        document["type"] = "ContextSourceRegistration"
        let registration = try read(document, ownID)
        if let expiresAt = registration.expiresAt, expiresAt <= now {
            throw .badData("expiresAt has passed", at: "/expiresAt")
        }
        try registration.checkMode()
        return registration
    }

    private func read(
        _ document: JSONObject, _ id: String
    ) throws(Problem) -> Registration {
        var document = document
        let mode = try mode(document["mode"])
        let operations = try operations(document["operations"], mode)
        let information = try information(&document)
        let properties = try properties(&document, id)
        return Registration(
            id: id, mode: mode, information: information, operations: operations,
            endpoint: try endpoint(document["endpoint"]),
            tenant: try optionalText(document["tenant"], at: "/tenant"),
            sourceInfo: try pairs(document["contextSourceInfo"]),
            management: try management(document["management"], document["localOnly"]),
            expiresAt: try instant(document["expiresAt"], at: "/expiresAt"),
            scopes: try scopes(document["scope"]),
            observationInterval: try interval(
                document["observationInterval"], at: "/observationInterval"),
            managementInterval: try interval(
                document["managementInterval"], at: "/managementInterval"),
            properties: properties, context: context, document: document)
    }

    // MARK: - Information

    private func information(
        _ document: inout JSONObject
    ) throws(Problem) -> [Registration.Information] {
        let place = "/information"
        guard let list = document["information"]?.array, !list.isEmpty,
            list.count <= Self.namesMax
        else { throw .badData("information is a list that is not empty", at: place) }
        var read: [Registration.Information] = []
        var written: [JSONValue] = []
        for item in list {
            guard var object = item.object else {
                throw .badData("information is a list of objects", at: place)
            }
            let selectors = try selectors(&object, at: place)
            var attributes: Set<String> = []
            for key in ["propertyNames", "relationshipNames"] {
                guard let json = object[key] else { continue }
                let names = try names(json, at: place + "/" + key)
                object[key] = .array(names.map(JSONValue.string))
                attributes.formUnion(names)
            }
            guard !selectors.isEmpty || !attributes.isEmpty else {
                throw .badData(
                    "information needs entities, propertyNames or relationshipNames", at: place)
            }
            read.append(.init(selectors: selectors, attributes: attributes))
            written.append(.object(object))
        }
        document["information"] = .array(written)
        return read
    }

    private func selectors(
        _ object: inout JSONObject, at place: String
    ) throws(Problem) -> [Registration.Selector] {
        let place = place + "/entities"
        guard let json = object["entities"] else { return [] }
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("entities is a list that is not empty", at: place)
        }
        var read: [Registration.Selector] = []
        var written: [JSONValue] = []
        for item in list {
            guard var selector = item.object else {
                throw .badData("an entity selector is an object", at: place)
            }
            read.append(try self.selector(&selector, at: place))
            written.append(.object(selector))
        }
        object["entities"] = .array(written)
        return read
    }

    /// The type may be left out when an id or a pattern stands there: such registrations are common.
    private func selector(
        _ object: inout JSONObject, at place: String
    ) throws(Problem) -> Registration.Selector {
        var selector = Registration.Selector(types: [])
        if let type = object["type"] {
            let names = try names(type.array == nil ? [type] : type, at: place + "/type")
            object["type"] =
                names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) })
            selector.types = names.contains("*") ? [] : names
        }
        if let json = object["id"] {
            guard let id = json.string.flatMap(EntityID.init) else {
                throw .badData("an id is an absolute URI", at: place + "/id")
            }
            selector.id = id
        }
        if let json = object["idPattern"] {
            guard let pattern = json.string else {
                throw .badData("an idPattern is a text", at: place + "/idPattern")
            }
            _ = try TextPattern(pattern)
            selector.idPattern = pattern
        }
        guard object["type"] != nil || selector.id != nil || selector.idPattern != nil else {
            throw .badData("an entity selector needs a type", at: place)
        }
        return selector
    }

    private func names(_ json: JSONValue, at place: String) throws(Problem) -> [String] {
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("a list of names that is not empty is needed", at: place)
        }
        var names: [String] = []
        for item in list {
            guard let name = item.string, !name.isEmpty else {
                throw .badData("a name is a text", at: place)
            }
            names.append(name == "*" ? name : context.name(of: name))
        }
        return names
    }
}

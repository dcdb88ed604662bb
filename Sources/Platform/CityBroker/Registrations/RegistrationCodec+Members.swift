import CityKernel

/// The members of a registration beside its information.
extension RegistrationCodec {
    func mode(_ json: JSONValue?) throws(Problem) -> Registration.Mode {
        guard let json else { return .inclusive }
        guard let mode = json.string.flatMap(Registration.Mode.init) else {
            let all = Registration.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw .badData("this is not a mode", at: "/mode", remedy: "Use one of \(all).")
        }
        return mode
    }

    func operations(
        _ json: JSONValue?, _ mode: Registration.Mode
    ) throws(Problem) -> Set<RegistrationOperation> {
        guard let json else {
            return mode == .auxiliary
                ? RegistrationOperation.auxiliary
                : RegistrationOperation.groups[RegistrationOperation.defaultGroup] ?? []
        }
        guard let list = json.array, !list.isEmpty, list.count <= Self.namesMax else {
            throw .badData("operations is a list that is not empty", at: "/operations")
        }
        var operations: Set<RegistrationOperation> = []
        for item in list {
            guard let found = item.string.flatMap(RegistrationOperation.named) else {
                throw .badData(
                    "this is not an operation", at: "/operations",
                    remedy: "Use the names of ETSI GS CIM 009 §4.20, such as federationOps.")
            }
            operations.formUnion(found)
        }
        return operations
    }

    func endpoint(_ json: JSONValue?) throws(Problem) -> String {
        guard var text = json?.string, EntityID.isURI(text),
            text.hasPrefix("http://") || text.hasPrefix("https://")
        else { throw .badData("an http or https endpoint is needed", at: "/endpoint") }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    func optionalText(_ json: JSONValue?, at place: String) throws(Problem) -> String? {
        guard let json else { return nil }
        guard let text = json.string, !text.isEmpty else {
            throw .badData("a text is needed", at: place)
        }
        return text
    }

    func instant(_ json: JSONValue?, at place: String) throws(Problem) -> Timestamp? {
        guard let json else { return nil }
        guard let time = json.string.flatMap({ Timestamp(iso8601: $0) }) else {
            throw .badData("a date and time is needed", at: place)
        }
        return time
    }

    func interval(
        _ json: JSONValue?, at place: String
    ) throws(Problem) -> Registration.Interval? {
        guard let json else { return nil }
        guard let start = try instant(json["startAt"], at: place + "/startAt") else {
            throw .badData("an interval needs startAt", at: place)
        }
        let end = try instant(json["endAt"], at: place + "/endAt")
        if let end, end < start { throw .badData("endAt lies before startAt", at: place) }
        return Registration.Interval(start: start, end: end)
    }

    func scopes(_ json: JSONValue?) throws(Problem) -> [String] {
        guard let json else { return [] }
        var scopes: [String] = []
        for item in json.array ?? [json] {
            guard let scope = item.string, !scope.isEmpty else {
                throw .badData("a scope is a text such as /Hitoyoshi/Kuma", at: "/scope")
            }
            scopes.append(scope.hasPrefix("/") ? scope : "/" + scope)
        }
        return scopes
    }

    func pairs(_ json: JSONValue?) throws(Problem) -> [Registration.Pair] {
        let place = "/contextSourceInfo"
        guard let json else { return [] }
        guard let list = json.array, list.count <= Self.namesMax else {
            throw .badData("contextSourceInfo is a list of key and value", at: place)
        }
        var pairs: [Registration.Pair] = []
        for item in list {
            guard let key = item["key"]?.string, let value = item["value"]?.string, !key.isEmpty,
                key.utf8.allSatisfy(Self.isHeaderByte),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else {
                throw .badData(
                    "contextSourceInfo is a list of key and value, both texts", at: place)
            }
            pairs.append(.init(key: key, value: value))
        }
        return pairs
    }

    private static func isHeaderByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == 45 || byte == 95
    }

    func management(
        _ json: JSONValue?, _ localOnly: JSONValue?
    ) throws(Problem) -> Registration.Management {
        let place = "/management"
        var management = Registration.Management()
        if let localOnly {
            management.isLocalOnly = try flag(localOnly, at: "/localOnly")
        }
        guard let json else { return management }
        guard let object = json.object else {
            throw .badData("management is an object", at: place)
        }
        if let json = object["localOnly"] {
            management.isLocalOnly = try flag(json, at: place + "/localOnly")
        }
        management.timeout = try milliseconds(object["timeout"], at: place + "/timeout")
        management.cooldown = try milliseconds(object["cooldown"], at: place + "/cooldown")
        if let json = object["cacheDuration"] {
            guard let text = json.string, ISODuration.isDuration(text) else {
                throw .badData(
                    "cacheDuration is a duration such as PT5M", at: place + "/cacheDuration")
            }
        }
        return management
    }

    private func flag(_ json: JSONValue, at place: String) throws(Problem) -> Bool {
        guard let flag = json.bool else { throw .badData("true or false is needed", at: place) }
        return flag
    }

    private func milliseconds(
        _ json: JSONValue?, at place: String
    ) throws(Problem) -> Duration? {
        guard let json else { return nil }
        guard let number = json.double, number > 0, number <= 86_400_000 else {
            throw .badData("a number of milliseconds above zero is needed", at: place)
        }
        return .microseconds(Int64(number * 1_000))
    }

    /// The source's own properties, and its places, as attributes. A bare value is a property; the
    /// document keeps the form in which it was written.
    func properties(
        _ document: inout JSONObject, _ id: String
    ) throws(Problem) -> Entity {
        guard let entityID = EntityID(id) else {
            throw .badData("an id is an absolute URI", at: "/id")
        }
        let codec = NGSILDCodec(context)
        var kept = JSONObject()
        var attributes: [NamedAttribute] = []
        for (key, value) in document {
            if Self.ownMembers.contains(key) {
                kept.append(key, value)
                continue
            }
            let name = context.name(of: key)
            attributes.append(NamedAttribute(name, try codec.attribute(value, at: "/" + key)))
            kept[name] = value
        }
        for key in ["location", "observationSpace", "operationSpace"] {
            guard let json = document[key] else { continue }
            do {
                let place = try Geometry(geoJSON: json)
                attributes.append(NamedAttribute(key, .place(place)))
            } catch {
                throw .badData("a GeoJSON geometry is needed", at: "/" + key)
            }
        }
        for key in Self.queriedMembers {
            guard let json = document[key] else { continue }
            attributes.append(NamedAttribute(key, .property(json)))
        }
        document = kept
        return Entity(
            id: entityID, types: ["ContextSourceRegistration"], attributes: attributes)
    }
}

extension Registration {
    /// What a mode asks of the rest of a registration (§4.3.6.3, §5.9.2.4).
    func checkMode() throws(Problem) {
        switch mode {
        case .inclusive, .redirect: break
        case .auxiliary:
            guard operations.isSubset(of: RegistrationOperation.auxiliary) else {
                throw .badData(
                    "an auxiliary source is only read", at: "/operations",
                    remedy: "Use retrieveOps, retrieveEntity or queryEntity.")
            }
        case .exclusive:
            for part in information {
                guard !part.attributes.isEmpty else {
                    throw .badData(
                        "an exclusive registration names its attributes", at: "/information")
                }
                guard !part.selectors.isEmpty, part.selectors.allSatisfy({ $0.id != nil }) else {
                    throw .badData(
                        "an exclusive registration names its entities by id",
                        at: "/information/entities")
                }
            }
        }
    }
}

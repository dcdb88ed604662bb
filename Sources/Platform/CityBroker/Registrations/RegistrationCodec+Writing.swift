package import CityKernel

extension RegistrationCodec {
    /// The registration in the words of this codec's context, with what is true by default.
    /// - Parameter hasTimes: `createdAt` and `modifiedAt` too.
    package func json(
        _ stored: StoredRegistration, hasTimes: Bool = false
    ) -> JSONValue {
        var object = json(stored.registration)
        if hasTimes {
            object["createdAt"] = .string(stored.createdAt.iso8601)
            object["modifiedAt"] = .string(stored.modifiedAt.iso8601)
        }
        return .object(object)
    }

    /// - Parameter information: only these items of the information, in order.
    func json(_ registration: Registration, information: [Int]? = nil) -> JSONObject {
        var object = JSONObject()
        for (key, value) in registration.document where key != NGSIv2RegistrationCodec.member {
            if key == "information", let list = value.array {
                let chosen = information.map { indexes in indexes.map { list[$0] } } ?? list
                object.append(key, .array(chosen.map(self.information)))
            } else if Self.ownMembers.contains(key) {
                object.append(key, value)
            } else {
                object[context.term(for: key)] = value
            }
        }
        if object["mode"] == nil {
            object.append("mode", .string(registration.mode.rawValue))
        }
        if object["operations"] == nil {
            object.append("operations", [.string(RegistrationOperation.defaultGroup)])
        }
        return object
    }

    private func information(_ json: JSONValue) -> JSONValue {
        guard var object = json.object else { return json }
        if let entities = object["entities"]?.array {
            object["entities"] = .array(entities.map(selector))
        }
        for key in ["propertyNames", "relationshipNames"] {
            object[key] = object[key].map(terms)
        }
        return .object(object)
    }

    private func selector(_ json: JSONValue) -> JSONValue {
        guard var object = json.object else { return json }
        object["type"] = object["type"].map { type in
            type.array == nil ? term(type) : terms(type)
        }
        return .object(object)
    }

    private func terms(_ json: JSONValue) -> JSONValue { .array((json.array ?? []).map(term)) }

    private func term(_ json: JSONValue) -> JSONValue {
        guard let name = json.string, name != "*" else { return json }
        return .string(context.term(for: name))
    }
}

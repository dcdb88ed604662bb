package import CityKernel

/// Speaks with a registered source of NGSIv2.
package enum NGSIv2Source {
    /// Asks it for entities. Conditions are not said: whoever asks judges the answer.
    /// - Parameters:
    ///   - types: any of them; empty for all.
    ///   - attributes: names inside the city; empty for all.
    package static func query(
        _ registration: Registration, ids: [EntityID], idPattern: String?, types: [String],
        attributes: [String], limit: Int, offset: Int = 0
    ) -> SourceRequest {
        var selectors: [JSONValue] = []
        let kinds: [String?] = types.isEmpty ? [nil] : types
        let names: [EntityID?] = ids.isEmpty ? [nil] : ids
        for type in kinds {
            for id in names {
                var selector = JSONObject()
                if let id {
                    selector.append("id", .string(NGSIv2Names.text(of: id)))
                } else {
                    selector.append("idPattern", .string(idPattern ?? ".*"))
                }
                if let type { selector.append("type", .string(type)) }
                selectors.append(.object(selector))
            }
        }
        var body = JSONObject([("entities", .array(selectors))])
        if !attributes.isEmpty {
            body.append("attrs", .array(attributes.map(JSONValue.string)))
        }
        return post(registration, "/op/query?limit=\(limit)&offset=\(offset)", .object(body))
    }

    /// Passes on a change of attributes that the city does not hold.
    package static func update(
        _ registration: Registration, _ entity: JSONValue, action: String
    ) -> SourceRequest {
        post(
            registration, "/op/update",
            ["actionType": .string(action), "entities": [entity]])
    }

    private static func post(
        _ registration: Registration, _ target: String, _ body: JSONValue
    ) -> SourceRequest {
        var request = SourceRequest(registration, .post, target)
        request.headers = [
            ("Accept", "application/json"), ("Content-Type", "application/json"),
        ]
        if let service = registration.ngsiv2?.service {
            request.headers.append(("Fiware-Service", service))
        }
        if let path = registration.ngsiv2?.servicePath {
            request.headers.append(("Fiware-ServicePath", path))
        }
        request.body = body.bytes
        return request
    }

    /// The entities of an answer.
    /// - Throws: `SourceFailure.unreadable`.
    package static func entities(
        _ bytes: [UInt8], of registration: Registration
    ) throws(SourceFailure) -> [Entity] {
        // It was asked for what lies in this service path.
        let path = registration.ngsiv2?.servicePath ?? "/"
        let scopes = path == "/" || path.hasSuffix("#") ? [] : [path]
        // Where in a stranger's reply the error lies helps nobody here.
        guard let list = (try? JSONValue(parsing: bytes))?.array else { throw .unreadable }
        var entities: [Entity] = []
        for item in list {
            guard let entity = try? NGSIv2Codec().entity(item, scopes: scopes) else {
                throw .unreadable
            }
            entities.append(entity)
        }
        return entities
    }
}

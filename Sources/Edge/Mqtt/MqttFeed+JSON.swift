import CityKernel

extension MqttFeed.Health {
    /// For the status of the ingest door.
    var json: JSONValue {
        let counts = refusedByReason.sorted { $0.key < $1.key }
            .map { ($0.key, JSONValue.integer($0.value)) }
        return [
            "isConnected": .bool(isConnected), "connections": .integer(connections),
            "received": .integer(received), "stored": .integer(stored),
            "transactions": .integer(batches), "refused": .integer(refused),
            "refusedByReason": .object(JSONObject(counts)), "lastMessageAt": lastMessageAt.json,
            "lastFailure": lastFailure.map(JSONValue.string) ?? .null,
            "lastFailureAt": lastFailureAt.json, "refusals": .array(refusals.map(\.json)),
        ]
    }
}

extension MqttFeed.Refusal {
    fileprivate var json: JSONValue {
        [
            "topic": .string(topic), "excerpt": .string(excerpt),
            "reason": .string(reason.key), "message": .string(reason.words),
            "at": .string(at.iso8601),
        ]
    }
}

import CityKernel

/// The examples of the OpenAPI document and of the try-out, all of them: what the bodies create is
/// what the addresses name, so that one call after the other works.
enum APIExamples {
    static let entityID = "urn:ngsi-ld:WeatherObserved:example:1"
    private static let subscriptionID = "urn:ngsi-ld:Subscription:example:1"
    private static let registrationSubscriptionID = "urn:ngsi-ld:Subscription:example:2"
    private static let registrationID = "urn:ngsi-ld:ContextSourceRegistration:example:1"
    private static let snapshotID = "urn:ngsi-ld:Snapshot:example:1"
    private static let entityMapID = "urn:ngsi-ld:entitymap:example:1"
    private static let instanceID = "urn:ngsi-ld:attribute:instance:example:1"
    private static let contextID = "urn:ngsi-ld:Context:example:1"
    private static let roomID = "Room1"
    /// As NGSIv2 makes ids.
    private static let madeID = "5f0a1b2c3d4e5f6071829304"

    // MARK: - Bodies of NGSI-LD

    static let entity: JSONValue = [
        "id": .string(entityID), "type": "WeatherObserved",
        "temperature": ["type": "Property", "value": 21.5, "unitCode": "CEL"],
    ]
    static let fragment: JSONValue = [
        "temperature": ["type": "Property", "value": 22, "unitCode": "CEL"]
    ]
    static let attribute: JSONValue = ["type": "Property", "value": 22, "unitCode": "CEL"]
    static let entityIDs: JSONValue = [.string(entityID)]
    static let told: JSONValue = [
        "id": .string(entityID), "type": "WeatherObserved",
        "temperature": [
            ["type": "Property", "value": 21.5, "observedAt": "2026-07-04T03:50:00Z"]
        ],
    ]
    static let subscription = subscription(subscriptionID)
    static let registrationSubscription = subscription(registrationSubscriptionID)
    static let registration: JSONValue = [
        "id": .string(registrationID), "type": "ContextSourceRegistration",
        "endpoint": "https://city.example.jp",
        "information": [["entities": [["type": "Ferry"]]]],
    ]
    static let snapshot: JSONValue = [
        "id": .string(snapshotID), "type": "Snapshot",
        "snapshotQueries": [["type": "Query", "entities": [["type": "WeatherObserved"]]]],
        "snapshotLifetime": "PT1H",
    ]

    private static func subscription(_ id: String) -> JSONValue {
        [
            "id": .string(id), "type": "Subscription", "entities": [["type": "FloodStage"]],
            "notification": ["endpoint": ["uri": "https://example.jp/notify"]],
        ]
    }

    // MARK: - Bodies of NGSIv2

    static let roomAttribute: JSONValue = ["type": "Number", "value": 21.5]
    static let roomAttributes: JSONValue = ["temperature": roomAttribute]
    static let room: JSONValue = [
        "id": .string(roomID), "type": "Room", "temperature": roomAttribute,
    ]

    // MARK: - Parameters

    /// Of a part of an address.
    static func path(_ name: String, in path: String) -> String {
        let isOfV2 = path.hasPrefix("/v2/")
        if path.contains("/types/") { return isOfV2 ? "Room" : "FloodStage" }
        if name == "mapping" { return "municipal-facilities" }
        if name == "instance" { return instanceID }
        if name == "name" { return "temperature" }
        if isOfV2 { return path.contains("/entities/") ? roomID : madeID }
        let kinds = [
            "/subscriptions/": subscriptionID, "/csourceRegistrations/": registrationID,
            "/csourceSubscriptions/": registrationSubscriptionID, "/snapshots/": snapshotID,
            "/entityMaps/": entityMapID, "/jsonldContexts/": contextID,
        ]
        return kinds.first { path.contains($0.key) }?.value ?? entityID
    }

    /// Of a parameter, where the path's own example has one; empty for none.
    static func query(_ name: String, in path: String) -> String {
        // One entity is named by its id alone.
        let isOne = path.contains("{id}")
        return switch name {
        case "type" where !isOne: path.hasPrefix("/v2/") ? "Room" : "FloodStage"
        case "type" where path.hasPrefix("/v2/"): "Room"
        case "attrs" where path.hasPrefix("/v2/"): "temperature"
        case "limit": "5"
        case "types": "FloodStage,LampCommand"
        case "lastN": "20"
        case "timerel": "after"
        case "timeAt": "2026-07-04T00:00:00Z"
        case "kind": "Hosted"
        default: ""
        }
    }
}

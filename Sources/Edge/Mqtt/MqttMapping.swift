package import CityKernel
import CityVocabulary

/// What a message on a topic means.
package struct MqttMapping: Sendable, Hashable {
    package enum Body: Sendable, Hashable {
        /// `{"waterLevel": 3.41, "observedAt": "…"}`; water levels in metres.
        case attributes
        /// A bare number such as `3.41`; the message's arrival is its time.
        case number(attribute: String, unit: ReadingUnit)
        /// A number somewhere in the JSON, by member names; `time` may be absent.
        case path(attribute: String, unit: ReadingUnit, value: [String], time: [String]?)
        /// An NGSI-LD entity, normalized or concise.
        case entity
    }

    package static let payloadBytesMax = 64 << 10

    package let topic: MqttTopicPattern
    package let body: Body
    /// The entity's id with `{name}`s of the topic in it; `{entity}` alone by default.
    package let entity: String
    /// Nouns that may be written through this topic. One writer per noun: never what rules decide.
    package let types: Set<String>
    /// Attributes that may be written; others in a message are left aside.
    package let attributes: Set<String>
    /// Whether a message without a time was observed when it arrived. A gauge without a clock may
    /// need it; a server that repeats an old message then makes it look fresh.
    package let takesArrivalAsTime: Bool

    package init(
        topic: MqttTopicPattern, body: Body, entity: String = "{entity}",
        types: Set<String> = [WaterLevelObserved.entityType],
        attributes: Set<String> = ["waterLevel"], takesArrivalAsTime: Bool = false
    ) {
        self.topic = topic
        self.body = body
        self.entity = entity
        self.types = types
        self.attributes = attributes
        self.takesArrivalAsTime = takesArrivalAsTime
    }

    /// `city/<tenant>/<entity-id>/attrs` with a JSON object of attributes.
    /// - Throws: `Problem` when the tenant's name cannot stand in a topic.
    package static func standard(tenant: String) throws(Problem) -> MqttMapping {
        MqttMapping(
            topic: try MqttTopicPattern("city/\(tenant)/{entity}/attrs"), body: .attributes)
    }
}

/// Why a message is not believed.
package enum MqttRefusal: Error, Sendable, Hashable {
    case noMapping
    case payloadTooLarge
    case notJSON(String)
    case notAnObject
    case entityInvalid
    case typeNotAllowed(String)
    case nothingToWrite
    case reading(ReadingRefusal)
    case device(DeviceRefusal)
    /// The broker's own words.
    case refusedByBroker(String)

    /// The key in counts.
    package var key: String {
        switch self {
        case .noMapping: "noMapping"
        case .payloadTooLarge: "payloadTooLarge"
        case .notJSON: "notJSON"
        case .notAnObject: "notAnObject"
        case .entityInvalid: "entityInvalid"
        case .typeNotAllowed: "typeNotAllowed"
        case .nothingToWrite: "nothingToWrite"
        case .reading(let refusal): refusal.rawValue
        case .device(let refusal): refusal.key
        case .refusedByBroker: "refusedByBroker"
        }
    }

    /// What is wrong, for the people who run the devices.
    package var words: String {
        switch self {
        case .noMapping: "このトピックの読み方が決まっていません"
        case .payloadTooLarge: "本文が大きすぎます(\(MqttMapping.payloadBytesMax >> 10)KiBまで)"
        case .notJSON(let words): "JSONとして読めません(\(words))"
        case .notAnObject: "本文がJSONのオブジェクトではありません"
        case .entityInvalid: "エンティティのidがURIではありません"
        case .typeNotAllowed(let type): "このトピックからは書けない種類です(\(type.prefix(80)))"
        case .nothingToWrite: "書ける属性がありません"
        case .reading(let refusal):
            LocalizedText.joined(refusal.message, refusal.remedy, in: .japanese)
        case .device(let refusal): refusal.words.japanese
        case .refusedByBroker(let words): words
        }
    }
}

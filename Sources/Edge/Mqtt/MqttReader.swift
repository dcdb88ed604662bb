import CityKernel

/// One manner of speaking over MQTT: which topics, and what a message on them brings.
protocol MqttReader: Sendable {
    /// What is subscribed to.
    var filters: [String] { get }

    func read(_ message: MqttMessage, now: Timestamp) -> MqttReading
}

enum MqttReading: Sendable {
    /// The topic belongs to another reader.
    case foreign
    case taken(Intake)
    /// `shownAs` is the topic as staff may see it; `noting` commits although nothing is believed.
    case refused(MqttRefusal, shownAs: String, noting: Intake?)
}

extension MqttDecoder: MqttReader {
    func read(_ message: MqttMessage, now: Timestamp) -> MqttReading {
        do throws(MqttRefusal) {
            return .taken(
                Intake(
                    facts: try facts(topic: message.topic, payload: message.payload, now: now)))
        } catch .noMapping {
            return .foreign
        } catch {
            return .refused(error, shownAs: message.topic, noting: nil)
        }
    }
}

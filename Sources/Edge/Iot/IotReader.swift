import CityBroker
import CityKernel
import CityStore

/// What devices say over MQTT in the manner of the FIWARE IoT Agents.
struct IotReader: MqttReader {
    let register: DeviceRegister
    let desk: CommandDesk

    var filters: [String] { IotTopic.filters }

    func read(_ message: MqttMessage, now: Timestamp) -> MqttReading {
        guard let topic = IotTopic(message.topic) else { return .foreign }
        do throws(DeviceRefusal) {
            let (known, isNew) = try register.speaker(topic.device, key: topic.key, at: now)
            do throws(DeviceRefusal) {
                return .taken(
                    try intake(message, topic, of: known, isNew: isNew, now: now))
            } catch {
                let noted = isNew ? nil : register.noting(error, of: known.device.id, at: now)
                return .refused(.device(error), shownAs: topic.shown, noting: noted)
            }
        } catch {
            return .refused(.device(error), shownAs: topic.shown, noting: nil)
        }
    }

    private func intake(
        _ message: MqttMessage, _ topic: IotTopic, of known: DeviceBook.Known, isNew: Bool,
        now: Timestamp
    ) throws(DeviceRefusal) -> Intake {
        guard message.payload.count <= MqttMapping.payloadBytesMax else { throw .payloadTooLarge }
        let speech = topic.speech ?? known.model.speech
        switch topic.matter {
        case .answer:
            return Intake(also: try answers(message.payload, speech, of: known))
        case .measures:
            let measures =
                speech == .ultraLight
                ? try UltraLight.measures(message.payload) : try IotJSON.measures(message.payload)
            try refuseOld(message, measures)
            return try register.intake(measures, of: known, isNew: isNew, at: now)
        case .measure(let name):
            let value = try IotJSON.value(message.payload)
            let measures = [Measures(values: [Measured(name: name, value: value)])]
            try refuseOld(message, measures)
            return try register.intake(measures, of: known, isNew: isNew, at: now)
        }
    }

    /// A message that the server kept for us says nothing of now: without a time of its own it would
    /// make a dead device look alive after each of our restarts.
    private func refuseOld(
        _ message: MqttMessage, _ measures: [Measures]
    ) throws(DeviceRefusal) {
        if message.isRetained, measures.contains(where: { $0.observedAt == nil }) {
            throw .timeEmpty
        }
    }

    private func answers(
        _ payload: [UInt8], _ speech: DeviceModel.Speech, of known: DeviceBook.Known
    ) throws(DeviceRefusal) -> [@Sendable (any Transaction, Broker) throws -> Void] {
        if speech == .ultraLight {
            let answer = try UltraLight.answer(payload, of: known.device.id)
            return [desk.answering(answer.command, answer.result, of: known)]
        }
        let answers = try IotJSON.answers(payload)
        return answers.map {
            desk.answering($0.command, $0.result, of: known)
        }
    }
}

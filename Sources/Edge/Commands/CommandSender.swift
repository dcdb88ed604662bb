import AsyncHTTPClient
package import CityBroker
import CityKernel
package import CityStore
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Brings commands from the outbox to the device's topic, to its address or to its network server.
package struct CommandSender: OutboxReceiver {
    package var kind: String { CommandDesk.outboxKind }

    private let desk: CommandDesk
    private let sender: MqttSender?
    private let outbound: OutboundClient

    /// - Parameters:
    ///   - sender: `nil` when the city has no message server: commands then expire.
    ///   - outbound: for devices that have an address.
    package init(desk: CommandDesk, sender: MqttSender?, outbound: OutboundClient) {
        self.desk = desk
        self.sender = sender
        self.outbound = outbound
    }

    /// - Throws: `DeliveryError`; other errors are those of the store.
    package func deliver(_ message: QueuedMessage) async throws {
        guard let id = Int64(String(decoding: message.payload, as: UTF8.self)) else {
            throw DeliveryError.permanent("the message names no command")
        }
        try await deliver(id)
    }

    /// Returns once the server has the command, or when there is nothing to deliver any more.
    func deliver(_ id: Int64) async throws {
        guard let (command, known) = try await desk.deliverable(id) else { return }
        if let post = CommandPost(command, known.model) {
            return try await deliver(post, command, known)
        }
        guard let sender else { throw DeliveryError.temporary("the city has no MQTT server") }
        guard let key = known.device.key ?? known.model.sharedKey else {
            throw DeliveryError.permanent("the device has no key")
        }
        let payload =
            known.model.speech == .ultraLight
            ? Array(UltraLight.command(command).utf8) : IotJSON.command(command).bytes
        do {
            try await sender.publish(
                IotTopic.commands(key: key, device: command.device), payload)
        } catch let error as MqttError {
            throw DeliveryError.temporary("\(error)")
        }
        try await desk.noteDelivered(command, known)
    }

    /// A device that has carried the command out at once says so in its answer, as an object with the
    /// command's name.
    private func deliver(
        _ post: CommandPost, _ command: Command, _ known: DeviceBook.Known
    ) async throws {
        let status: Int
        var answer: JSONValue?
        do {
            let response = try await outbound.execute(
                post.request, timeout: .seconds(CommandPost.timeoutSecondsMax))
            status = Int(response.status.code)
            let body = try await response.body.collect(upTo: CommandPost.answerBytesMax)
            // Most answers hold no JSON; those say nothing of the command.
            answer = try? JSONValue(parsing: Array(body.readableBytesView))
        } catch let problem as Problem {
            return try await desk.noteRefused(command, known, info: problem.detail)
        } catch {
            throw DeliveryError.temporary("no answer: \(error)")
        }
        switch status {
        case 200..<300:
            try await desk.noteDelivered(command, known)
            if known.model.transport == .http, let result = answer?[command.name] {
                let answering = desk.answering(command.name, result, of: known)
                let broker = desk.register.broker
                try await desk.register.store.write { try answering($0, broker) }
            }
        case 408, 425, 429, 500...: throw DeliveryError.temporary("answered \(status)")
        default: try await desk.noteRefused(command, known, info: "HTTP \(status)")
        }
    }
}

/// Lets commands fail that nobody answered in time.
package struct CommandTimer: Service {
    static let interval = Duration.seconds(5)

    let desk: CommandDesk
    let clock: any CityClock
    let logger: Logger

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while true {
                try await self.clock.sleep(for: Self.interval)
                do {
                    try await self.desk.expire()
                } catch let error as StoreError {
                    logger.warning("commands not expired", metadata: ["error": "\(error)"])
                }
            }
        } onEnd: {
        }
    }
}

import CMosquitto
import CityKernel
import Foundation

/// A connection that publishes, one message at a time, each until the server has acknowledged it.
///
/// Safety: every call runs on the one thread of the `MqttSender` that owns it.
final class MqttOutlet: @unchecked Sendable {
    /// The server answers within this, or the connection is given up.
    static let answerWithin = Duration.seconds(10)
    private static let turnMilliseconds: Int32 = 50

    private let handle: OpaquePointer
    private var isConnected = false
    private var failure: MqttError?
    private var acknowledged: Int32?

    /// Connects and waits for the server's welcome.
    init(_ configuration: MqttConfiguration) throws {
        handle = try MqttLibrary.makeHandle(configuration, isCleanSession: true)
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_callback_set(handle) { _, me, code in
            guard let me = MqttOutlet.from(me) else { return }
            if code == 0 {
                me.isConnected = true
            } else {
                me.failure = .refused(String(cString: mosquitto_connack_string(code)))
            }
        }
        mosquitto_publish_callback_set(handle) { _, me, message in
            MqttOutlet.from(me)?.acknowledged = message
        }
        try MqttLibrary.connect(handle, configuration)
        try turn(until: { self.isConnected })
    }

    deinit {
        mosquitto_disconnect(handle)
        mosquitto_destroy(handle)
    }

    /// Returns once the server has the message (QoS 1).
    /// - Throws: `MqttError`; the message may have arrived all the same.
    func publish(_ topic: String, _ payload: [UInt8]) throws {
        var message: Int32 = 0
        acknowledged = nil
        try check(
            mosquitto_publish(
                handle, &message, topic, Int32(payload.count), payload, 1, false))
        try turn(until: { self.acknowledged == message })
    }

    /// Keeps the connection alive between messages.
    func rest() throws {
        try turn(milliseconds: 0)
    }

    private func turn(until isDone: () -> Bool) throws {
        let deadline = ContinuousClock.now + Self.answerWithin
        while !isDone() {
            guard ContinuousClock.now < deadline else {
                throw MqttError.lost("the server does not answer")
            }
            try turn(milliseconds: Self.turnMilliseconds)
        }
    }

    private func turn(milliseconds: Int32) throws {
        let wantsWrite = mosquitto_want_write(handle)
        var descriptor = pollfd(
            fd: mosquitto_socket(handle), events: Int16(POLLIN) | (wantsWrite ? Int16(POLLOUT) : 0),
            revents: 0)
        guard descriptor.fd >= 0 else { throw failure ?? MqttError.lost("the socket is closed") }
        // An interrupted wait is only a short one.
        _ = poll(&descriptor, 1, milliseconds)
        if descriptor.revents & Int16(POLLOUT) != 0 { try check(mosquitto_loop_write(handle, 1)) }
        if descriptor.revents & ~Int16(POLLOUT) != 0 { try check(mosquitto_loop_read(handle, 1)) }
        try check(mosquitto_loop_misc(handle))
    }

    private func check(_ code: Int32) throws {
        if let failure { throw failure }
        guard code == MOSQ_ERR_SUCCESS.number else {
            throw MqttError.lost(MqttLibrary.words(code))
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MqttOutlet? {
        pointer.map { Unmanaged<MqttOutlet>.fromOpaque($0).takeUnretainedValue() }
    }
}

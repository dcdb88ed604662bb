import CMosquitto
import CityKernel
import Foundation

/// A message as it came from the server.
struct MqttMessage: Sendable, Hashable {
    var topic: String
    var payload: [UInt8]
    /// Kept by the server for whoever comes, so its arrival says nothing of its age.
    var isRetained = false
}

/// Why a connection to the server ended or never began.
enum MqttError: Error, Sendable, Hashable {
    case notMade(String)
    case refused(String)
    case lost(String)
    case subscriptionRefused(String)
}

/// One connection through libmosquitto, whose acknowledgements leave when we say so.
///
/// The library queues the acknowledgement of a QoS 1 message while it reads the message, before we
/// could store anything. In its external-thread mode nothing is written until `mosquitto_loop_write`
/// is called, and we call that only when what was read is durable. A connection that ends before
/// takes its queue with it; the server then sends those messages again, since our session persists.
///
/// Safety: every call runs on the one thread of the `MqttFeed` that owns it; only the end of the
/// last reference, when nobody calls any more, may happen elsewhere.
final class MqttConnection: @unchecked Sendable {
    /// Messages stored in one transaction.
    static let batchMax = 512

    private let handle: OpaquePointer
    private var inbox: [MqttMessage] = []
    private var failure: MqttError?
    private var hasUnacknowledged = false
    private let filters: [String]
    private(set) var isConnected = false

    /// Opens the connection and asks for the topics; blocks while TCP and TLS are set up.
    init(_ configuration: MqttConfiguration, filters: [String]) throws {
        handle = try MqttLibrary.makeHandle(configuration, isCleanSession: false)
        self.filters = filters
        mosquitto_threaded_set(handle, true)
        setCallbacks()
        try MqttLibrary.connect(handle, configuration)
    }

    deinit { mosquitto_destroy(handle) }

    /// Waits up to `timeout` for messages and takes what is there.
    /// - Precondition: what was gathered before is acknowledged.
    func gather(timeoutMilliseconds: Int32) throws -> [MqttMessage] {
        precondition(!hasUnacknowledged, "acknowledge one batch before gathering the next")
        try check(mosquitto_loop_misc(handle))
        try flush()
        try wait(timeoutMilliseconds)
        repeat {
            let before = inbox.count
            try check(mosquitto_loop_read(handle, 1))
            if inbox.count == before { break }
        } while inbox.count < Self.batchMax
        defer { inbox.removeAll(keepingCapacity: true) }
        hasUnacknowledged = !inbox.isEmpty
        return inbox
    }

    /// Lets the acknowledgements of the last batch go.
    func acknowledge() throws {
        hasUnacknowledged = false
        try flush()
    }

    /// Says good-bye when nothing is owed; otherwise the server has to send again.
    func close() {
        guard !hasUnacknowledged, isConnected else { return }
        mosquitto_disconnect(handle)
        mosquitto_loop_write(handle, 1)
    }

    // MARK: - Steps

    private func wait(_ timeoutMilliseconds: Int32) throws {
        let events = Int16(POLLIN) | (mosquitto_want_write(handle) ? Int16(POLLOUT) : 0)
        var descriptor = pollfd(fd: mosquitto_socket(handle), events: events, revents: 0)
        guard descriptor.fd >= 0 else { throw failure ?? MqttError.lost("the socket is closed") }
        // An interrupted wait is only a short one.
        _ = poll(&descriptor, 1, timeoutMilliseconds)
        if descriptor.revents & Int16(POLLOUT) != 0 { try flush() }
    }

    private func flush() throws {
        if mosquitto_want_write(handle) { try check(mosquitto_loop_write(handle, 1)) }
    }

    private func check(_ code: Int32) throws {
        if let failure { throw failure }
        guard code == MOSQ_ERR_SUCCESS.number else { throw MqttError.lost(MqttLibrary.words(code)) }
    }

    // MARK: - Callbacks, which only take notes

    private func setCallbacks() {
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_callback_set(handle) { _, me, code in
            MqttConnection.from(me)?.connected(code)
        }
        mosquitto_subscribe_callback_set(handle) { _, me, _, count, granted in
            let refused: Int32 = 0x80
            guard let granted, (0..<Int(count)).contains(where: { granted[$0] == refused })
            else { return }
            MqttConnection.from(me)?.failure = .subscriptionRefused("the server allows no reading")
        }
        mosquitto_message_callback_set(handle) { _, me, message in
            guard let message = message?.pointee, let topic = message.topic else { return }
            let payload = UnsafeRawBufferPointer(
                start: message.payload, count: Int(message.payloadlen))
            MqttConnection.from(me)?.inbox.append(
                MqttMessage(
                    topic: String(cString: topic), payload: Array(payload),
                    isRetained: message.retain))
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MqttConnection? {
        pointer.map { Unmanaged<MqttConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    private func connected(_ code: Int32) {
        guard code == 0 else {
            failure = .refused(String(cString: mosquitto_connack_string(code)))
            return
        }
        isConnected = true
        for filter in filters {
            let sent = mosquitto_subscribe(handle, nil, filter, 1)
            if sent != MOSQ_ERR_SUCCESS.number { failure = .lost(MqttLibrary.words(sent)) }
        }
    }
}

import CLibPQ
import Logging

/// Sends the server's notices to the log; libpq would print them.
final class PostgreSQLNotices: Sendable {
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// The caller keeps these notices for as long as `connection` is open.
    func receive(from connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { receiver, result in
                guard let receiver, let result else { return }
                let text = PQresultErrorField(result, Int32(UInt8(ascii: "M")))
                Unmanaged<PostgreSQLNotices>.fromOpaque(receiver).takeUnretainedValue()
                    .log(text.map { String(cString: $0) } ?? "")
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func log(_ text: String) {
        logger.debug("PostgreSQL notice", metadata: ["message": "\(text)"])
    }
}

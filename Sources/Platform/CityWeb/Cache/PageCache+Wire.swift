import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

extension PageCache {
    /// An answer as the bytes that HTTP/1.1 sends, head and body in one buffer.
    struct Wire: Sendable {
        /// Since 1970; what its field Date says.
        let second: Int64
        let bytes: ByteBuffer

        /// Fields stand as the server would write them, with the date last.
        init(_ response: Response, body: ByteBuffer?, second: Int64) {
            self.second = second
            var head = "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n"
            // A 304 has no length of its own (RFC 9110 §8.6).
            let isUnchanged = response.status == .notModified
            for field in response.headers where !(isUnchanged && field.name == .contentLength) {
                head += "\(field.name.rawName): \(field.value)\r\n"
            }
            head += "Date: \(HTTPDate.text(Timestamp(seconds: second)))\r\n\r\n"
            var bytes = ByteBufferAllocator()
                .buffer(capacity: head.utf8.count + (body?.readableBytes ?? 0))
            bytes.writeString(head)
            if let body { bytes.writeImmutableBuffer(body) }
            self.bytes = bytes
        }
    }
}

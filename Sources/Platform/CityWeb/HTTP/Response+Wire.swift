import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// Head and body as the bytes that HTTP/1.1 sends, in one buffer. Fields stand as the server
    /// would write them, with the date last.
    /// - Parameter body: what is sent of it; nothing in an answer to HEAD.
    func wire(body: ByteBuffer?, date: String) -> ByteBuffer {
        // Answers that never have a body have no length either (RFC 9110 §8.6).
        let isBodiless = status == .notModified || status == .noContent
        var bytes = ByteBufferAllocator().buffer(capacity: 1_024 + (body?.readableBytes ?? 0))
        bytes.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for field in headers where !(isBodiless && field.name == .contentLength) {
            bytes.writeString(field.name.rawName)
            bytes.writeStaticString(": ")
            bytes.writeString(field.value)
            bytes.writeStaticString("\r\n")
        }
        bytes.writeStaticString("Date: ")
        bytes.writeString(date)
        bytes.writeStaticString("\r\n\r\n")
        if let body, !isBodiless { bytes.writeImmutableBuffer(body) }
        return bytes
    }
}

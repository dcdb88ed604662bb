/// Where secrets come from: the machine's cryptographic generator, or a fixed sequence in a test.
package struct RandomSource: Sendable {
    private let draw: @Sendable (_ count: Int) -> [UInt8]

    package init(_ draw: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.draw = draw }

    package static let system = RandomSource { count in
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        // Eight bytes a call: each asks the machine.
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes += $0 }
        }
        return Array(bytes.prefix(count))
    }

    package func bytes(_ count: Int) -> [UInt8] {
        let bytes = draw(count)
        precondition(bytes.count == count, "a random source gives as many bytes as asked")
        return bytes
    }
}

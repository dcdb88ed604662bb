/// Where secrets come from: the machine's cryptographic generator, or a fixed sequence in a test.
package struct RandomSource: Sendable {
    private let draw: @Sendable (_ count: Int) -> [UInt8]

    package init(_ draw: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.draw = draw }

    package static let system = RandomSource { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    package func bytes(_ count: Int) -> [UInt8] {
        let bytes = draw(count)
        precondition(bytes.count == count, "a random source gives as many bytes as asked")
        return bytes
    }
}

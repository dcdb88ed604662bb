/// Gives classes their numbers in the order of their first row.
protocol ClassNumbers {
    mutating func number(of place: Int, next: Int) -> Int
}

struct DenseNumbers: ClassNumbers {
    private var numbers: [Int32]

    init(count: Int) { numbers = Array(repeating: -1, count: count) }

    mutating func number(of place: Int, next: Int) -> Int {
        if numbers[place] < 0 { numbers[place] = Int32(next) }
        return Int(numbers[place])
    }
}

struct SparseNumbers: ClassNumbers {
    private var numbers: [Int: Int] = [:]

    mutating func number(of place: Int, next: Int) -> Int {
        if let number = numbers[place] { return number }
        numbers[place] = next
        return next
    }
}

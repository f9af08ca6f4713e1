/// The words of the world. Plain ASCII, short, and for the most part of everyday frequency, so that a small vocabulary
/// of byte pairs covers nearly all of them whole.
enum Lexicon {
    static let women = words(
        """
        Ada Agnes Alice Amy Anna Beth Carla Clara Cora Daisy Dora Edith Ella Elsa Emma Erin Eva Faye Flora Freya Gina \
        Grace Greta Hanna Hazel Heidi Helen Ida Inga Irma Ivy Jane Jenny Judy Julia Karen Kate Laura Lena Lily Linda \
        Lucy Lydia Mabel Maria Martha Maya Mila Mina Molly Nadia Nancy Nell Nina Nora Olga Opal Paula Pearl Petra \
        Polly Rita Rosa Ruth Sally Sara Selma Sonia Stella Sue Susan Tess Thea Tina Uma Vera Viola Wanda Wilma Zoe
        """)
    static let men = words(
        """
        Abel Adam Alan Albert Amos Anton Arno Axel Ben Bruno Carl Cecil Colin Conrad Dan David Dirk Eli Emil Eric \
        Ernest Felix Finn Frank Fred Gary George Gus Hans Harry Henry Hugo Igor Ivan Jack Jacob James Jim Joel John \
        Karl Keith Kurt Lars Leo Liam Louis Luke Marco Mark Martin Max Milo Neil Nick Noah Olaf Oscar Otto Paul Peter \
        Philip Ralph Ray Rob Roger Roy Sam Scott Simon Steve Theo Tim Tobias Tom Victor Walter Will Yuri Zack
        """)

    static let towns = words(
        """
        Ashby Birchton Clayford Dunmoor Elmswick Fernhill Greenvale Highgate Kingsport Lakewood Milltown Northam \
        Oakridge Redcliff Stonebridge Westbury
        """)
    static let trades = words(
        """
        baker barber carpenter doctor farmer fisher gardener hunter miller painter potter sailor shepherd tailor \
        teacher weaver
        """)
    static let pets = words(
        "canary cat dog donkey duck fox frog goat hamster hen lamb parrot pony rabbit snail turtle")
    static let foods = words(
        "apples beans bread butter cake cheese eggs honey nuts pears pie plums porridge rice salad soup")
    static let colors = words("black blue brown gold gray green orange pink purple red silver white yellow")
    static let instruments = words(
        "accordion banjo cello drum fiddle flute guitar harp horn lute organ piano trumpet violin")

    static let places = words("barn bakery cellar church forest garden harbor kitchen market mill school tower")
    static let belongings = words("ball bell book candle coin cup kite lamp letter map ring rope")

    static let days = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
    static let months = words(
        "January February March April May June July August September October November December")
    static let numbers = words("one two three four five six seven eight nine ten eleven twelve")

    /// Adjectives in pairs: each is the opposite of the other.
    static let opposites: [(String, String)] = [
        ("hot", "cold"), ("big", "small"), ("old", "new"), ("wet", "dry"), ("fast", "slow"), ("hard", "soft"),
        ("light", "heavy"), ("full", "empty"), ("clean", "dirty"), ("rich", "poor"), ("early", "late"),
        ("loud", "quiet"), ("sweet", "sour"), ("long", "short"), ("thick", "thin"), ("sharp", "blunt"),
        ("strong", "weak"), ("happy", "sad"), ("open", "closed"), ("high", "low"),
    ]

    /// How a person may feel.
    static let moods = words("tired hungry thirsty happy sad angry cold late busy ill")

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

package demo

import "strings"

// firstNames and lastNames are the names of most donors.
var firstNames = []string{
	"Ada", "Amara", "Bea", "Björn", "Chloé", "Chidi", "Dmitri", "Elif", "Esme", "Fatima", "Giulia", "Hassan",
	"Ingrid", "Isha", "Jack", "João", "Kai", "Keiko", "Liam", "Linnéa", "Mateo", "Maya", "Nia", "Nikolai",
	"Óscar", "Petra", "Quinn", "Rosa", "Sam", "Søren", "Tariq", "Uma", "Věra", "Wei", "Xiomara", "Yusuf", "Zofia",
}

var lastNames = []string{
	"Abara", "Andersen", "Bianchi", "Castillo", "Chen", "Dąbrowski", "Fischer", "García", "Haddad", "Ivanova",
	"Jansen", "Kowalski", "Lefèvre", "Mbeki", "Nakamura", "O'Neill", "Öztürk", "Patel", "Rossi", "Singh", "Smith",
	"Svensson", "Tanaka", "van der Berg", "Williams", "Yılmaz",
}

// handles are names of donors on streams.
var handles = []string{
	"pixel_otter", "NoScopeNan", "lurker_no_more", "Captain Biscuit", "x_moonjelly_x", "speedy.gonzo", "TeaAndTilt",
	"frame_perfect", "420 Ducks", "Mod Squad", "the chat", "gg_wp_irl", "SaveStateSally", "queue_jumper", "𝓢𝓽𝓪𝓻𝓵𝓲𝓰𝓱𝓽",
}

// oddNames are names that break programs which assume too much.
var oddNames = []string{
	"🦦 Otter Gang 🦦", "👩‍👩‍👧‍👦 Family Iversen", "عمر الفاروق", "נועה לוי", "山田 太郎", "김서연", "Zoë 🏳️‍🌈",
	`"Quotes" O'Brien`, "<script>alert(1)</script>", "Robert'); DROP TABLE donations;--", "Z̷a̶l̸g̵o̴",
	"null", "0", "İstanbul ı", "back\\slash & ampersand", "Anonymous?", "\u202ereversed", "e\u0301clair",
	strings.Repeat("long name ", 9) + "end",
}

// comments are the comments of most donors; %s becomes the name of the fact.
var comments = []string{
	"Good luck!", "Keep it up, you are doing great.", "For my grandmother.", "GG", "Take a break and drink some water!",
	"Long time viewer, first time donor.", "Happy to help %s.", "This one is for the chat.", "Do the thing!",
	"Love what you do every year.", "PogChamp", "Matched by my employer, I hope!", "One more run!",
	"I promised to give when you beat the boss. You beat the boss.", "Hi from Oslo ❄️", "Saludos desde Bogotá 🇨🇴",
	"Viel Erfolg aus Köln!", "がんばってください!", "You made my week. Thank you.", "Not much, but it adds up.",
	"My kids chose the amount.", "For %s, with love.", "Hype train 🚂🚂🚂", "Better late than never.", "🧡", "lol",
	"Remember to stretch.", "Can we get a dance?", "Two years clean today. Paying it forward.",
}

// oddComments are comments that break programs which assume too much.
var oddComments = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)> & <b>bold</b>", "👨‍👩‍👧‍👦👩🏽‍🚀🏴󠁧󠁢󠁳󠁣󠁴󠁿🇺🇳 all of us",
	"line one\u2028line two\u2029paragraph two", "شكراً جزيلاً لكم على كل ما تفعلونه ❤️", "בהצלחה לכולם! 100% בשבילכם",
	"mixed שלום and مرحبا and hello (1, 2, 3)", `She said "go", he said 'stay', they said \ nothing`,
	"Z̸̢̛a̷l̴g̶o̵ was here: c̈ o̊ m̃ b̂ ī n̆ i̇ n̋ g̀", "';DROP TABLE donations;--", "{{7*7}} ${7*7} %s %d %n",
	"first line\nsecond line\n\n\tthird line, after a gap", "\u202Eright to left override\u202C", "zero\u200Bwidth\u200Dspace\uFEFF",
	"𝕲𝖔𝖙𝖍𝖎𝖈 and 🀄 beyond the basic plane 𠜎𠜱𠝹", "null", "   spaces around   ", "ﷺ ﷽", "true", "-1",
	strings.Repeat("This is a very long comment. ", 34), strings.Repeat("🐈", 500), strings.Repeat("nobreak", 120),
}

using Keelson.Node.Dns.Upstream;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Tests.Dns.Wire;

public sealed class QueryTests
{
    [Fact]
    public void No_bytes_at_all_are_too_much_for_the_reader()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            if (bytes.Length > 12 && random.Next(2) == 0) (bytes[2], bytes[4], bytes[5], bytes[12]) = (0, 0, 1, (byte)random.Next(70));
            var name = new QueryName(new char[WireLimits.Name], new byte[WireLimits.Labels + 1]);
            var code = Query.Read(bytes, ref name, out var query);
            if (code is not null) Assert.InRange(WireLimits.Header + query.QuestionLength, WireLimits.Header, bytes.Length);
        }
    }

    [Fact]
    public void The_longest_name_is_read_and_one_byte_more_is_not()
    {
        Assert.True(Read(new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61)));
        Assert.False(Read(new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 62)));
        Assert.True(Read([.. Enumerable.Repeat("x", 127)]));
        Assert.False(Read([.. Enumerable.Repeat("x", 128)]));

        static bool Read(params string[] labels)
        {
            var name = new QueryName(new char[WireLimits.Name], new byte[WireLimits.Labels + 1]);
            return name.TryRead([.. labels.SelectMany(label => label.Select(c => (byte)c).Prepend((byte)label.Length)), 0]);
        }
    }

    [Fact]
    public void A_name_whose_pointers_go_round_has_an_end()
    {
        byte[] message = [.. new byte[12], 1, (byte)'a', 0xc0, 12, 0xc0, 14];
        Assert.Equal(0, RecordView.CopyName(message, 14, new byte[WireLimits.Name]));
        Assert.Equal(0, RecordView.CopyName(message, 16, new byte[WireLimits.Name]));
        byte[] good = [.. new byte[12], 1, (byte)'a', 0, 1, (byte)'b', 0xc0, 12];
        Assert.Equal(5, RecordView.CopyName(good, 15, new byte[WireLimits.Name]));
    }

    [Fact]
    public void An_answer_to_another_question_or_with_another_id_is_none()
    {
        byte[] asked = [7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 1, 0, 1];
        byte[] answer = [.. asked];
        answer[2] = 0x81;
        Assert.True(Forwarder.IsAnswer(answer, asked));
        for (var i = 0; i < answer.Length; i++)
        {
            // The flags beside "this is an answer" are the other server's business.
            if (i is 2 or 3) continue;
            var other = answer.ToArray();
            other[i] ^= 1;
            Assert.False(Forwarder.IsAnswer(other, asked), $"byte {i}");
        }

        Assert.False(Forwarder.IsAnswer([.. answer, 0], asked));
        Assert.False(Forwarder.IsAnswer(asked, asked));
    }
}

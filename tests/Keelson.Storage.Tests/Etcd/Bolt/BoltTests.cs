using System.Text;
using Keelson.Storage.Etcd.Bolt;

namespace Keelson.Storage.Tests.Etcd.Bolt;

public sealed class BoltTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(1, 10_000)]
    [InlineData(100, 10)]
    [InlineData(300, 5_000)]
    [InlineData(50_000, 3)]
    public async Task What_is_written_is_read(int count, int valueBytes)
    {
        var random = new Random(count);
        var written = Enumerable.Range(0, count).Select(index => (Key: Encoding.ASCII.GetBytes($"{index:000000}{new string('k', random.Next(50))}"), Value: Noise(random, random.Next(valueBytes)))).ToArray();
        using var file = await WriteAsync(("first", [("a"u8.ToArray(), "1"u8.ToArray())]), ("many", written), ("none", []));
        Assert.Equal(0, file.Length % BoltFormat.PageBytes);

        var reader = BoltReader.Open(file, file.Length);
        Assert.Equal(["a=1"], reader.Read("first").Select(item => $"{Encoding.ASCII.GetString(item.Key.Span)}={Encoding.ASCII.GetString(item.Value.Span)}"));
        Assert.Empty(reader.Read("none"));
        Assert.Empty(reader.Read("missing"));
        var read = reader.Read("many").ToArray();
        Assert.Equal(count, read.Length);
        for (var index = 0; index < count; index++)
        {
            Assert.True(written[index].Key.AsSpan().SequenceEqual(read[index].Key.Span));
            Assert.True(written[index].Value.AsSpan().SequenceEqual(read[index].Value.Span));
        }
    }

    [Fact]
    public async Task A_torn_first_page_leaves_the_second()
    {
        using var file = await WriteAsync(("b", [("a"u8.ToArray(), "1"u8.ToArray())]));
        file.Position = 20;
        file.WriteByte(0xff);
        Assert.Single(BoltReader.Open(file, file.Length).Read("b"));
    }

    [Fact]
    public async Task A_damaged_file_is_refused_or_read_but_never_breaks_the_reader()
    {
        var items = Enumerable.Range(0, 500).Select(index => (Encoding.ASCII.GetBytes($"{index:0000}"), new byte[index])).ToArray();
        using var whole = await WriteAsync(("key", items));
        var bytes = whole.ToArray();
        var random = new Random(3);
        var refused = 0;
        for (var round = 0; round < 2000; round++)
        {
            var damaged = bytes.ToArray();

            // Mostly where the structure is: the beginnings of pages.
            for (var hit = random.Next(1, 4); hit > 0; hit--)
            {
                var page = random.Next(bytes.Length / BoltFormat.PageBytes) * BoltFormat.PageBytes;
                damaged[page + random.Next(random.Next(1, 200))] = (byte)random.Next(256);
            }

            if (round % 10 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                _ = BoltReader.Open(new MemoryStream(damaged), damaged.Length).Read("key").Count();
            }
            catch (StoreException error) when (error.Error == StoreError.Damaged)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 2000);
    }

    [Fact]
    public async Task A_page_that_leads_to_itself_is_no_endless_way()
    {
        var items = Enumerable.Range(0, 500).Select(index => (Encoding.ASCII.GetBytes($"{index:0000}"), new byte[100])).ToArray();
        using var file = await WriteAsync(("key", items));
        var bytes = file.ToArray();
        for (var page = 2; page < bytes.Length / BoltFormat.PageBytes; page++)
        {
            var start = page * BoltFormat.PageBytes;
            if (bytes[start + 8] != BoltFormat.BranchPage) continue;
            bytes[start + BoltFormat.PageHeaderBytes + 8] = (byte)page;
            bytes[start + BoltFormat.PageHeaderBytes + 9] = 0;
        }

        var error = Assert.Throws<StoreException>(() => BoltReader.Open(new MemoryStream(bytes), bytes.Length).Read("key").Count());
        Assert.Equal(StoreError.Damaged, error.Error);
    }

    private static async Task<MemoryStream> WriteAsync(params (string Bucket, (byte[] Key, byte[] Value)[] Items)[] buckets)
    {
        var file = new MemoryStream();
        var writer = new BoltWriter(file);
        foreach (var (bucket, items) in buckets)
        {
            writer.Begin(bucket);
            foreach (var (key, value) in items) await writer.AddAsync(key, value, CancellationToken.None);
            await writer.EndAsync(CancellationToken.None);
        }

        await writer.FinishAsync(7, CancellationToken.None);
        return file;
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}

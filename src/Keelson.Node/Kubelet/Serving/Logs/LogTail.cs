namespace Keelson.Node.Kubelet.Serving.Logs;

/// <summary>Finds where the last lines of a file begin, reading from its end.</summary>
internal static class LogTail
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>The position of the first of the last lines; zero where there are no more than that.</summary>
    public static long Find(FileStream file, long lines)
    {
        var end = file.Length;
        if (lines <= 0) return end;
        var block = new byte[BlockBytes];
        var position = end;

        // The end of the last line ends nothing that is to be counted.
        var left = lines;
        while (position > 0)
        {
            var count = (int)Math.Min(BlockBytes, position);
            position -= count;
            var read = RandomAccess.Read(file.SafeFileHandle, block.AsSpan(0, count), position);
            for (var i = read - 1; i >= 0; i--)
            {
                if (block[i] == '\n' && position + i != end - 1 && --left == 0) return position + i + 1;
            }

        }

        return 0;
    }
}

/* Calls itself for ever. */
static int deeper(volatile char *above)
{
	volatile char frame[4096];
	frame[0] = *above;
	return deeper(frame) + frame[0];
}

int main(void)
{
	volatile char first = 0;
	return deeper(&first);
}

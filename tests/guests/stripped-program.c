// SPDX-License-Identifier: GPL-2.0-or-later
/* A program without debugging information, whatever the build. */
int main(void)
{
	return 0;
}

"""Given names and whether women or men bear them: who "he" cannot be, and what is a person's name.

Common ones of many countries, in lower case without accents. A name that both bear ("Robin") is in
neither list but may still be a person's by other signs.
"""

_WOMEN = """
    abigail adele agnes aisha alexandra alice alicia alina alison allison amal amanda amelia amelie
    amina amy ana anastasia angela angelina anita ann anna anne annie antonia ariana astrid audrey
    ayesha barbara beatrice benazir bernadette beth betsy betty beverley bianca birgit brenda
    bridget brigitte britney camila camilla carla carly carmen carol carolina caroline carrie
    catherine cathy cecilia celine cheryl chloe christina christine cindy claire clara claudia
    colleen connie cristina cynthia daniela deborah debra delphine denise diana diane dolores donna
    dora doris dorothy dorsa edith eileen elaine eleanor elena elisabeth elise eliza elizabeth ella
    ellen elsa emily emma erica erika erin esther ethel eva eve evelyn fatima felicity fiona frances
    francesca freya frida gabriela gabrielle gemma geraldine gina gisele giulia gladys gloria greta
    gretchen hana hanna hannah harriet hazel heather heidi helen helena helene hilary hillary ida
    indira ines ingrid irene irina iris isabel isabella isabelle ivana ivanka jacinda jacqueline
    jane janet janice jeanne jennifer jenny jessica jill joan joanna joanne josephine joyce juanita
    judith judy julia juliana julianne julie juliet kamala karen karin karina kate katherine
    kathleen kathryn kathy katie katrina kayla kirsten kristen kristin kristina lara latoya laura
    lauren layla leah leila lena lidia lillian lily linda lisa liz liza lorraine louise lucia
    lucille lucy lydia madeleine magdalena malala manuela marcia margaret margarita maria mariam
    marie marilyn marina marion marjorie marta martha martina mary matilda maureen megan meghan
    melania melanie melinda melissa mercedes meredith mia michelle mildred miranda miriam molly
    monica nadia nancy naomi natalia natalie natasha nicole nikki nina nora norma olga olivia pamela
    patricia patty paula pauline peggy penelope petra phyllis priscilla priti qandeel rachel ramona
    rebecca renee rita roberta rosa rosalind rosemary ruth sabrina sally samantha sandra sara sarah
    selena serena sharon sheila shelley sheryl shirley silvia simone sofia sonia sophia sophie
    stacey stella stephanie sue susan susanna suzanne svetlana sviatlana sylvia tamara tammy tanya
    tara tatiana teresa theresa tiffany tina tracy ursula valentina valerie vanessa vera veronica
    viola vivian wanda wendy whitney winnie yasmin yolanda yulia yvette yvonne zara zoe zuzana
"""

_MEN = """
    aaron abdul abdullah abraham adam adolf adrian ahmad ahmed aidan alan albert alberto alejandro
    aleksandr alessandro alexander alexei alfonso alfred ali alistair allan allen alvin amir anders
    andre andrei andres andrew andy angelo angus anthony antoine anton antonio arnold arthur arturo
    asif augusto barack barry bashar ben benedict benjamin bernard bernie bill billy bob bobby boris
    brad bradley brandon brendan brent brett brian bruce bruno bryan byron caleb calvin carl carlo
    carlos cedric cesar charles charlie chester christian christoph christopher chuck clarence
    claude clifford clive clyde colin conor craig curtis cyril damian damien daniel danny dario
    darren dave david dean dennis derek desmond diego dieter dirk dmitri dmitry dominic don donald
    doug douglas duncan dwight eddie edgar edmund eduardo edward edwin elijah elon emanuel emilio
    emmanuel enrique eric erik ernest ernesto ethan eugene evan fabian fabio felipe felix ferdinand
    fernando fidel floyd francesco francis francisco francois frank franklin franz fred frederick
    friedrich gabriel gareth gary gavin geoff geoffrey george gerald gerard gerhard gerry giacomo
    gilbert giorgio giovanni giuseppe glenn gordon graham greg gregory guido guillermo gunther gus
    gustavo guy hamid hamza hans harold harry harvey hassan hector heinrich helmut henri henrik
    henry herbert herman hiroshi howard hubert hugh hugo hussein ian ibrahim igor imran ismail ivan
    jack jacob jacques jaime jair james jared jason javier jeff jeffrey jeremy jerome jerry jesse
    jim jimmy joachim joao joe joel johan johannes john johnny jon jonas jonathan jordi jorge jose
    josef joseph joshua juan julian julio jurgen justin karl karsten keith ken kenneth kevin khalid
    klaus kofi konstantin kurt kyle larry lars laurent lawrence leo leon leonard leonardo leonid
    leroy lewis liam lionel lloyd lorenzo louis luca lucas luigi luis luke magnus mahmoud malcolm
    manuel marc marcel marco marcos marcus mario mark marshall martin marvin mateusz mathias matt
    matteo matthew maurice mauricio maximilian mehmet michael micheal miguel mike mikhail milos
    mitch mitt mohamed mohammad mohammed muhammad mustafa nathan nathaniel neil nelson nicholas nick
    nicolas nigel nikola nikolai noah norman oleg oliver olivier omar osama oscar otto owen pablo
    paolo patrick paul pavel pawel pedro pete peter philip philippe phillip pierre piotr rafael
    ralph ramon randy raul ray raymond recep ricardo richard rick ricky robert roberto rodney
    rodrigo roger roland roman romeo ron ronald rory ross roy rudolf rudy rupert russell ryan
    salvatore sam samuel scott sean sebastian serge sergei sergey sergio seth shane shaun shawn
    shinzo sidney silvio simon spencer stanley stefan stephen steve steven stewart stuart sven tariq
    ted terrence terry thabo theodore thomas tim timothy tobias todd tom tomas tommy tony travis
    trevor tyler ulrich umberto vaclav victor viktor vincent vincenzo vladimir volodymyr waleed
    wallace walter warren wayne werner wilfred wilhelm william willie winston wolfgang xavier yusuf
    zachary
"""

WOMEN = frozenset(_WOMEN.split())
MEN = frozenset(_MEN.split())
